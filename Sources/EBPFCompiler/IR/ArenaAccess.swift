// SPDX-License-Identifier: Apache-2.0

/// Gives what reads and writes an arena the address space of arenas, before the optimizer sees it: `ptr addrspace(1)`, as C's `address_space(1)` is.
///
/// Swift has no address spaces, and what it reads through the place that `ebpf_arena_place` answers looks like any memory. The optimizer would make one
/// instruction of a read there and a read of something else in another branch, which the verifier refuses: `same insn cannot be used with different pointers`.
/// What else is done with the place, as atomics do, keeps the cast.
struct ArenaAccess {
    private static let marker = "@ebpf_arena_place("
    /// How the values are called that point into an arena, by the names of those that Swift has.
    private var pointers: [Substring: String] = [:]

    static func run(_ function: IRFunction) -> IRFunction {
        guard function.body.contains(where: { $0.contains(marker) }) else { return function }
        var pass = ArenaAccess()
        var result = function
        result.body = function.body.flatMap { pass.rewritten($0) }
        return result
    }

    private mutating func rewritten(_ line: String) -> [String] {
        let (code, metadata) = IRText.splitMetadata(line[...])
        let parts = code.range(of: " = ")
        let value = parts.map { IRText.trimmed(code[..<$0.lowerBound]) }
        let operation = IRText.trimmed(parts.map { code[$0.upperBound...] } ?? code[...])
        guard let value else { return [operation.hasPrefix("store ") ? replacing(line) : line] }
        if operation.contains(Self.marker) { return place(value, operation, metadata) ?? [line] }
        if operation.hasPrefix("load ") { return [replacing(line)] }
        if operation.hasPrefix("getelementptr ") {
            guard let pointer = pointer(in: operation) else { return [line] }
            pointers[value] = Self.name(value)
            let address = operation.replacing("ptr \(pointer.swift),", with: "ptr addrspace(1) \(pointer.arena),", maxReplacements: 1)
            return [line, "  \(Self.name(value)) = \(address)\(metadata)"]
        }
        if let source = sameValue(operation) { pointers[value] = pointers[source] }
        return [line]
    }

    /// `%5 = call ptr @ebpf_arena_place(i64 %4, i64 16)`
    private mutating func place(_ value: Substring, _ operation: Substring, _ metadata: Substring) -> [String]? {
        guard let open = operation.range(of: Self.marker)?.upperBound, let close = operation[open...].lastIndex(of: ")") else { return nil }
        let numbers = IRText.split(operation[open..<close]).compactMap { Self.operand($0) }
        guard numbers.count == 2 else { return nil }
        let name = Self.name(value)
        let base = Self.name(value, of: "arena.base")
        pointers[value] = name
        return [
            "  \(base) = inttoptr i64 \(numbers[0]) to ptr addrspace(1)\(metadata)",
            "  \(name) = getelementptr i8, ptr addrspace(1) \(base), i64 \(numbers[1])\(metadata)",
            "  \(value) = addrspacecast ptr addrspace(1) \(name) to ptr\(metadata)",
        ]
    }

    /// What an argument is, without its type and attributes: `%4` of `i64 noundef %4`, and `ptrtoint (ptr @first to i64)`, the address of a variable.
    private static func operand(_ argument: Substring) -> Substring? {
        guard let open = argument.range(of: " ("), argument.hasSuffix(")") else { return argument.split(separator: " ").last }
        let before = argument[..<open.lowerBound]
        return argument[(before.lastIndex(of: " ").map { before.index(after: $0) } ?? before.startIndex)...]
    }

    /// The operand of what changes nothing: a pointer as a number and back, as Swift writes optional ones, and a `phi` of one branch.
    private func sameValue(_ operation: Substring) -> Substring? {
        let words = operation.split(whereSeparator: { " ,[]".contains($0) })
        switch words.first {
        case "ptrtoint", "inttoptr": return words.count > 2 ? words[2] : nil
        case "phi": return words.count == 4 ? words[2] : nil
        default: return nil
        }
    }

    /// The pointer of a load, a store or an address, where it leads into an arena.
    private func pointer(in operation: Substring) -> (swift: Substring, arena: String)? {
        for part in IRText.split(operation) {
            let words = part.split(separator: " ")
            guard words.count > 1, words[words.count - 2] == "ptr", let last = words.last, let arena = pointers[last] else { continue }
            return (last, arena)
        }
        return nil
    }

    private func replacing(_ line: String) -> String {
        let (code, metadata) = IRText.splitMetadata(line[...])
        // What is written stands before the place, and may be a pointer into an arena itself.
        let words = IRText.split(code)
        guard let index = words.indices.dropFirst().first, let pointer = pointer(in: words[index]) else { return line }
        let (before, behind) = (words[..<index].joined(separator: ", "), words[(index + 1)...].map { ", " + $0 }.joined())
        return "\(before.hasPrefix(" ") ? "" : "  ")\(before), ptr addrspace(1) \(pointer.arena)\(behind)\(metadata)"
    }

    /// A name that nothing else has: `%arena.5`.
    private static func name(_ value: Substring, of kind: String = "arena") -> String {
        value.hasPrefix("%\"") ? "%\"\(kind).\(value.dropFirst(2))" : "%\(kind).\(value.dropFirst())"
    }
}
