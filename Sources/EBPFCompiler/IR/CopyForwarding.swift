// SPDX-License-Identifier: Apache-2.0

/// Copies that are only read are left out: what reads the copy reads what was copied.
///
/// Swift passes a large value by copying it, also to look at one byte of it. Optimizers leave such a copy where an index is not known, and on 512 bytes of
/// stack, in instructions that the verifier follows one by one, it is dear. A copy goes if nothing on any way between it and what reads it may write to what
/// was copied.
struct CopyForwarding {
    private struct Line {
        var code: Substring
        var metadata: String
        /// The names of its values and labels.
        var names: Set<String>
    }

    /// A copy that may be left out: `%room = alloca ...`, then `call void @llvm.memcpy...(ptr %room, ptr %source, ...)`.
    private struct Copy {
        var room: String
        var source: String
        /// The lines of the room, of the copy, and of what says how long the room lives.
        var removed: Set<Int>
        var copy: Int
        /// The alignment that is known of what was copied.
        var alignment: Int
        /// The lines that read the copy.
        var reads: [Int]
    }

    private var lines: [Line] = []
    /// By the names of values: the lines that define them.
    private var definitions: [String: Int] = [:]
    /// By the first line of a block: the last lines of those that lead to it.
    private var predecessors: [Int: [Int]] = [:]
    private let module: IRModule

    private init(_ module: IRModule) { self.module = module }

    /// The function without copies that are only read.
    static func run(_ function: IRFunction, in module: IRModule) -> IRFunction {
        guard function.body.contains(where: { $0.contains("@llvm.memcpy.") }) else { return function }
        var pass = CopyForwarding(module)
        var result = function
        while let body = pass.withoutACopy(result.body) { result.body = body }
        return result
    }

    private mutating func withoutACopy(_ body: [String]) -> [String]? {
        read(body)
        for (index, line) in lines.enumerated() where line.code.contains(" = alloca ") {
            guard let copy = copy(into: index), takesAnyIndex(copy.source), copy.reads.allSatisfy({ isUnchanged(copy, at: $0) }) else { continue }
            return lines.indices.filter { !copy.removed.contains($0) }.map { text(of: $0, without: copy) }
        }
        return nil
    }

    // MARK: Reading

    private mutating func read(_ body: [String]) {
        lines = body.map { line in
            let (code, metadata) = IRText.splitMetadata(line[...])
            return Line(code: code, metadata: String(metadata), names: Self.names(in: code))
        }
        definitions = [:]
        predecessors = [:]
        var blocks: [String: Int] = [:]
        for (index, line) in lines.enumerated() {
            if let label = Self.label(line.code) {
                blocks["%" + label] = index
            } else if let equals = line.code.range(of: " = ") {
                definitions[String(IRText.trimmed(line.code[..<equals.lowerBound]))] = index
            }
        }
        // The cases of a switch stand in lines of their own, behind each other as the instructions do.
        for (index, line) in lines.enumerated() where Self.label(line.code) == nil {
            if line.code.contains("label %") { for name in line.names { blocks[name].map { predecessors[$0, default: []].append(index) } } }
        }
    }

    private static func label(_ code: Substring) -> String? {
        guard code.first != " ", let colon = code.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return String(code[..<colon])
    }

    private static func names(in code: Substring) -> Set<String> {
        Set(code.split { " ,()[]{}".contains($0) }.filter { $0.first == "%" || $0.first == "@" }.map(String.init))
    }

    // MARK: Finding

    /// The copy that is all that is ever written to the room of a line.
    private func copy(into alloca: Int) -> Copy? {
        guard let equals = lines[alloca].code.range(of: " = "), let size = StackRoom.byteCount(String(lines[alloca].code), in: module), size > 0
        else { return nil }
        let room = String(IRText.trimmed(lines[alloca].code[..<equals.lowerBound]))
        var parts: Set<String> = [room]
        var found = Copy(room: room, source: "", removed: [alloca], copy: -1, alignment: 1, reads: [])
        // Parts of parts stand behind them, except around loops: until nothing new is found.
        var seen: Set<Int> = [alloca]
        var grows = true
        while grows {
            grows = false
            for (index, line) in lines.enumerated() where !seen.contains(index) && !line.names.isDisjoint(with: parts) {
                seen.insert(index)
                grows = true
                if line.code.contains(" = getelementptr "), let part = line.code.range(of: " = ") {
                    // An index that is the room itself is not possible: it is a number.
                    parts.insert(String(IRText.trimmed(line.code[..<part.lowerBound])))
                } else if line.code.contains("@llvm.lifetime.") {
                    found.removed.insert(index)
                } else if line.code.contains(" = load "), !line.code.contains(" volatile "), !line.code.contains(" atomic ") {
                    found.reads.append(index)
                } else if let (to, from, count, alignment) = memoryCopy(line.code) {
                    if to == room, !parts.contains(from), count == size, found.copy < 0 {
                        found.source = from
                        found.copy = index
                        found.alignment = alignment
                        found.removed.insert(index)
                    } else if parts.contains(from), !parts.contains(to) {
                        found.reads.append(index)
                    } else {
                        return nil
                    }
                } else {
                    return nil
                }
            }
        }
        return found.copy >= 0 && !parts.contains(found.source) ? found : nil
    }

    /// `call void @llvm.memcpy.p0.p0.i64(ptr align 8 %to, ptr align 8 %from, i64 32, i1 false)`.
    private func memoryCopy(_ code: Substring) -> (to: String, from: String, count: Int, alignment: Int)? {
        guard let name = code.range(of: "@llvm.memcpy.p0.p0.i64("), let close = IRText.closing(code[code.index(before: name.upperBound)...]) else {
            return nil
        }
        let arguments = IRText.split(code[name.upperBound..<close])
        guard arguments.count == 4, arguments[3].hasSuffix("false"), let count = arguments[2].split(separator: " ").last.flatMap({ Int($0) }),
            let to = arguments[0].split(separator: " ").last, let from = arguments[1].split(separator: " ").last
        else { return nil }
        return (String(to), String(from), count, IRText.number(after: "align ", in: arguments[1]) ?? 1)
    }

    // MARK: Judging

    /// Whether what was copied is still the same where the copy is read, whichever way leads there.
    private func isUnchanged(_ copy: Copy, at read: Int) -> Bool {
        var pending = [read - 1]
        var seen: Set<Int> = []
        let base = base(of: copy.source)
        while let start = pending.popLast() {
            var index = start
            while true {
                guard index >= 0 else { return false }
                guard seen.insert(index).inserted, index != copy.copy else { break }
                if Self.label(lines[index].code) != nil {
                    // Where a function begins, nothing leads to: the copy has not been made there.
                    guard let before = predecessors[index], !before.isEmpty else { return false }
                    pending += before
                    break
                }
                guard definitions[copy.source] != index, !mayWrite(lines[index].code, to: base) else { return false }
                index -= 1
            }
        }
        return true
    }

    /// What a pointer was made of: an alloca, a parameter, a global, the answer of a call.
    private func base(of pointer: String) -> String {
        var (current, steps) = (pointer, 0)
        while steps < 64, let line = definitions[current], let place = lines[line].code.range(of: " = getelementptr ") {
            let operands = IRText.split(lines[line].code[place.upperBound...])
            guard operands.count > 1, let next = operands[1].split(separator: " ").last else { break }
            current = String(next)
            steps += 1
        }
        return current
    }

    /// Whether the verifier lets programs read from there with an index that it does not know: from the stack, from variables, and from what helpers such as
    /// `bpf_map_lookup_elem` answered. Not from a program's context, nor from structures of the kernel.
    private func takesAnyIndex(_ pointer: String) -> Bool {
        let base = base(of: pointer)
        if base.hasPrefix("@") || isRoom(base) { return true }
        return definitions[base].map { lines[$0].code.contains("call ptr inttoptr (i64 ") } ?? false
    }

    private func isRoom(_ name: String) -> Bool { definitions[name].map { lines[$0].code.contains(" = alloca ") } ?? false }

    /// Calls that write to nothing: of what is asked about numbers, and what stands for a relocation.
    private static let harmless = [
        "@llvm.expect", "@llvm.lifetime.start", ".with.overflow.", "@llvm.bpf.passthrough", "@llvm.umin", "@llvm.umax", "@llvm.smin", "@llvm.smax",
        "@llvm.ctlz", "@llvm.cttz", "@llvm.ctpop", "@llvm.abs", "@llvm.bswap", "@llvm.fsh", "@llvm.assume", "@ebpf.core.", "@\(Trap.name)",
    ]

    private func mayWrite(_ code: Substring, to base: String) -> Bool {
        // Room on the stack that is not what was copied from is something else.
        func isElsewhere(_ pointer: Substring?) -> Bool {
            guard let pointer else { return false }
            let other = self.base(of: String(pointer))
            return isRoom(other) && other != base
        }
        let text = IRText.trimmed(code)
        if text.hasPrefix("store ") {
            let operands = IRText.split(text)
            return text.hasPrefix("store volatile") || text.hasPrefix("store atomic") || operands.count < 2
                || !isElsewhere(operands[1].split(separator: " ").last)
        }
        if text.contains("atomicrmw ") || text.contains("cmpxchg ") || text.hasPrefix("fence") { return true }
        guard text.contains("call ") else { return false }
        if let (to, _, _, _) = memoryCopy(code) { return !isElsewhere(to[...]) }
        // What lived in the room that was copied from is gone where that ends.
        if text.contains("@llvm.lifetime.end"), let close = text.lastIndex(of: ")") { return !isElsewhere(text[..<close].split(separator: " ").last) }
        return !Self.harmless.contains { text.contains($0) }
    }

    // MARK: Writing

    private func text(of index: Int, without copy: Copy) -> String {
        let line = lines[index]
        guard line.names.contains(copy.room) || copy.reads.contains(index) else { return String(line.code) + line.metadata }
        var words = line.code.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for (place, word) in words.enumerated() {
            let bare = word.prefix { !",)(".contains($0) }
            if bare == copy.room { words[place] = copy.source + word.dropFirst(bare.count) }
            // Of the room more was known than of what was copied. The last alignment is that of what is read.
            if copy.reads.contains(index), word == "align", place + 1 < words.count, place > words.count - 4 || line.code.contains("@llvm.memcpy") {
                let number = words[place + 1].prefix { $0.isNumber }
                if let alignment = Int(number) { words[place + 1] = "\(min(alignment, copy.alignment))" + words[place + 1].dropFirst(number.count) }
            }
        }
        return words.joined(separator: " ") + line.metadata
    }
}
