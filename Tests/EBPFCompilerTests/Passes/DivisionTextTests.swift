// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EBPFCompiler

/// Division with sign, on lines of LLVM's text.
@Suite struct DivisionTextTests {
    private func replaced(_ line: String) -> String {
        var division = SignedDivision()
        return division.replaced(line)
    }

    @Test func aDivisionBecomesACall() {
        #expect(replaced("  %5 = sdiv i64 %3, %4, !dbg !7") == "  %5 = call i64 @ebpf.divide.64(i64 %3, i64 %4), !dbg !7")
        #expect(replaced("  %5 = srem i32 %3, 7") == "  %5 = call i32 @ebpf.remainder.32(i32 %3, i32 7)")
        #expect(replaced("  %5 = sdiv exact i16 %3, 24") == "  %5 = call i16 @ebpf.divide.16(i16 %3, i16 24)")
    }

    @Test(arguments: [
        "  %5 = sdiv i64 %3, 8", "  %5 = srem i64 %3, -16", "  %5 = udiv i64 %3, %4", "  %5 = add i64 %3, %4", "  %5 = sdiv <2 x i64> %3, %4",
    ])
    func whatTheBackEndCanDoStays(_ line: String) {
        #expect(replaced(line) == line)
    }

    @Test func eachFunctionThatIsUsedIsAddedOnce() {
        var division = SignedDivision()
        for line in ["  %5 = sdiv i64 %3, %4", "  %6 = sdiv i64 %4, %3", "  %7 = srem i8 %1, %2"] { _ = division.replaced(line) }
        var module = IRModule()
        division.add(to: &module)
        #expect(module.functions.map(\.name) == ["ebpf.divide.64", "ebpf.remainder.8"])
        #expect(module.functions[0].body.contains { $0.contains("udiv i64") })
        #expect(module.functions[1].body.contains { $0.contains("urem i8") })
    }
}

/// What swiftc says, in words that fit.
@Suite struct SwiftMessageTests {
    @Test func aMessageThatIsNotAboutTheHeapPassesAsItIs() {
        let text = """
            /a/half.swift:3:5: error: cannot find 'x' in scope
                x()
                ^
            /a/half.swift:9:1: warning: variable 'y' was never used

            """
        #expect(SwiftMessage.readable(text) == text)
        #expect(SwiftMessage.readable("") == "")
    }

    @Test func theLineThatMakesAnObjectIsTheOneThatIsNamed() {
        let text = SwiftMessage.readable(
            """
            /a/half.swift:10:5: error: cannot use allocating type 'Counter' in -no-allocations mode
                init(_ count: Int) { self.count = count }
                ^
            /a/half.swift:19:19: note: instance of type created here
                let counter = Counter(context.id)
                              ^
            """)
        #expect(text.hasPrefix("/a/half.swift:19:19: error: an object of class 'Counter' needs memory from a heap"))
        #expect(text.contains("let counter = Counter(context.id)"))
        #expect(!text.contains("note:") && !text.contains(":10:5:"))
    }

    @Test func whatTheLibraryNeedsIsToldWhereItIsCalled() {
        let output = """
            /lib/PerfBuffer.swift:27:19: error: cannot use allocating operation in -no-allocations mode
                        guard withZeroedCopy(of: record) else {
                              ^
            <unknown>:0: note: generic specialization called here
            /a/half.swift:10:4: note: generic specialization called here
             p.send(s.pointee, from: context)
               ^
            """
        let text = SwiftMessage.readable(output, sources: ["/a/half.swift"])
        #expect(text.hasPrefix("/a/half.swift:10:4: error: a copy that is too large for the stack (512 bytes) needs memory from a heap"), "\(text)")
        #expect(text.contains("p.send(") && !text.contains("note:") && !text.contains("PerfBuffer.swift"))
    }

    @Test func aPointerThatAsksForMemoryIsNamed() {
        let text = SwiftMessage.readable(
            """
            /a/half.swift:6:13: error: cannot use allocating operation in -no-allocations mode
                let p = UnsafeMutablePointer<UInt64>.allocate(capacity: 2)
                        ^
            """, sources: ["/a/half.swift"])
        #expect(text.hasPrefix("/a/half.swift:6:13: error: UnsafeMutablePointer.allocate needs memory from a heap"), "\(text)")
    }

    @Test func whatHasNoPlaceIsLeftOutWhereSomethingHasOne() {
        let text = SwiftMessage.readable(
            """
            /a/half.swift:10:22: error: cannot use allocating type '_ContiguousArrayStorage<Int>' in -no-allocations mode
                var ids: [Int] = []
                                 ^
            <unknown>:0: error: cannot use allocating type '_ContiguousArrayStorage<Int>' in -no-allocations mode
            <unknown>:0: error: cannot use allocating type '__SwiftNativeNSArrayWithContiguousStorage' in -no-allocations mode
            """)
        #expect(text.split(separator: "\n").filter { $0.contains("error:") }.count == 1)
        #expect(text.contains("an array needs memory from a heap"))
    }

    @Test func whatHasNoPlaceIsToldWhereNothingElseIs() {
        let text = SwiftMessage.readable("<unknown>:0: error: missing required module 'SomeHeaders'\n")
        #expect(text == "<unknown>:0: error: missing required module 'SomeHeaders'\n")
    }

    @Test func theSameMessageIsToldOnce() {
        let line = "/a/half.swift:1:2: error: cannot use escaping closures in -no-allocations mode\n"
        #expect(SwiftMessage.readable(line + line).split(separator: "\n").count == 1)
    }
}
