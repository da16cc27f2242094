// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Bytes
import Foundation
import TestImages
import Testing

/// What Swift's checks of arithmetic cost in a kernel half: a table that stands in the documentation.
@Suite struct CheckCostTests {
    /// The same with a check and without.
    struct Row: Sendable {
        let what: String
        let checked: String
        let unchecked: String
    }

    static let rows: [Row] = [
        Row(what: "a count in a map goes up by one", checked: "count.pointee += 1", unchecked: "count.pointee &+= 1"),
        Row(what: "a sum of two `UInt32`", checked: "total.value = x + y", unchecked: "total.value = x &+ y"),
        Row(what: "a difference of two `UInt32`", checked: "total.value = x - y", unchecked: "total.value = x &- y"),
        Row(what: "a product of two `UInt32`", checked: "total.value = x * y", unchecked: "total.value = x &* y"),
        Row(what: "a sum of two `Int64`", checked: "wide.value = Int64(x) &* a + b", unchecked: "wide.value = Int64(x) &* a &+ b"),
        Row(what: "a product of two `Int64`", checked: "wide.value = a * b", unchecked: "wide.value = a &* b"),
        Row(what: "a shift by a number that is not known", checked: "total.value = x << y", unchecked: "total.value = x &<< y"),
        Row(
            what: "a conversion to a smaller number", checked: "total.value = UInt32(UInt16(x)) &* y",
            unchecked: "total.value = UInt32(UInt16(truncatingIfNeeded: x)) &* y"),
        Row(what: "an element of eight", checked: "total.value = table.value[Int(x)]", unchecked: "total.value = table.value[Int(x & 7)]"),
    ]

    private static let page = LibrarySource.root.appending(path: "Documentation/Twins.md")

    private static func instructionCount(_ statement: String) throws -> Int {
        let text = """
            let counts = HashMap<UInt32, UInt64>(maxEntries: 8)
            let total = Variable<UInt32>(0)
            let wide = Variable<Int64>(0)
            let table = Variable<InlineArray<8, UInt32>>(InlineArray(repeating: 0))
            @section("tracepoint/syscalls/sys_enter_getsid")
            func computes(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
                let (a, b) = (Int64(bitPattern: UInt64(context.args[2])), Int64(bitPattern: UInt64(context.args[3])))
                let (x, y) = (UInt32(truncatingIfNeeded: context.args[0]), UInt32(truncatingIfNeeded: context.args[1]))
                guard a != 0, x != 0, let count = counts.lookup(y) else { return 0 }
                count.pointee |= UInt64(bitPattern: b)
                \(statement)
                return 0
            }
            """
        let object = try ObjectFile(ByteView(CompiledSwiftHalf.compile(text).object))
        return try object.assemble(object.programs[0]).instructions.count
    }

    private static func table() throws -> String {
        try rows.map { row in
            let (checked, unchecked) = (try instructionCount(row.checked), try instructionCount(row.unchecked))
            return "| \(row.what) | `\(row.checked)` | `\(row.unchecked)` | \(checked - unchecked) |\n"
        }.joined()
    }

    @Test func theTableOfTheDocumentationSaysHowManyInstructionsChecksTake() throws {
        let table = try Self.table()
        var text = try String(contentsOf: Self.page, encoding: .utf8)
        if ProcessInfo.processInfo.environment["EBPF_REGENERATE"] != nil {
            let begin = try #require(text.range(of: "|---|---|---|--:|\n"))
            let end = try #require(text[begin.upperBound...].range(of: "\n\n"))
            text.replaceSubrange(begin.upperBound..<end.lowerBound, with: table.dropLast())
            try Data(text.utf8).write(to: Self.page)
        }
        #expect(text.contains(table), "run this test with EBPF_REGENERATE=1 to write the table anew")
    }
}
