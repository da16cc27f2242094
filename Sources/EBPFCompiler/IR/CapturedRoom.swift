// SPDX-License-Identifier: Apache-2.0

/// What a closure has captured, in one place.
///
/// Swift keeps variables that a closure changes in rooms of their own, and their addresses in another, behind a header that is for objects on a heap. In
/// C one would write a structure of the variables. So they become parts of what is handed on, without the header: what the closure asked an address for
/// lies there itself.
struct CapturedRoom {
    private struct Field {
        /// The variable that becomes a part; `nil` for a value.
        var variable: String?
        var offset: Int
    }

    private let context: String
    private let parameter: String
    private let lines: [Substring]
    private let closureLines: [Substring]
    /// By their numbers in Swift's structure.
    private var fields: [Int: Field] = [:]
    private var byteCount = 0

    /// The function that passes a closure, and the closure's own, as they are then; `nil` where they are of another form.
    static func run(_ caller: IRFunction, _ call: CallbackCall, _ closure: IRFunction, in module: IRModule) -> (IRFunction, IRFunction)? {
        guard let context = call.context.split(separator: " ").last, context.first == "%",
            let last = closure.parameters.last?.split(separator: " ").last
        else { return nil }
        var pass = CapturedRoom(
            context: String(context), parameter: String(last), lines: caller.body.map { IRText.trimmed(IRText.splitMetadata($0[...]).code) },
            closureLines: closure.body.map { IRText.trimmed(IRText.splitMetadata($0[...]).code) })
        guard pass.findFields(in: module), pass.isUnderstood else { return nil }
        return (pass.rewritten(caller), pass.rewritten(closure: closure))
    }

    // MARK: Finding

    private static func names(_ code: Substring, _ name: String) -> Bool { IRText.values(in: code).contains { $0 == name } }

    /// `%4 = getelementptr inbounds nuw <{ %swift.refcounted, ptr, ptr }>, ptr %3, i32 0, i32 1`: what it is called, its number, and the type.
    private static func part(_ code: Substring, of base: String) -> (value: String, number: Int, type: Substring)? {
        guard let equals = code.range(of: " = getelementptr "), let open = code.range(of: "<{ %swift.refcounted"), let close = code.range(of: " }>, ")
        else {
            return nil
        }
        let operands = IRText.split(code[close.upperBound...])
        guard operands.count == 3, operands[0].hasSuffix(" " + base), let number = operands[2].split(separator: " ").last.flatMap({ Int($0) })
        else { return nil }
        let types = IRText.split(code[code.index(open.lowerBound, offsetBy: 2)..<close.lowerBound])
        guard types.indices.contains(number) else { return nil }
        return (String(code[..<equals.lowerBound]), number, types[number])
    }

    private static func isLifetime(_ code: Substring) -> Bool { code.contains("@llvm.lifetime.") || code.hasPrefix("#dbg") }

    private mutating func findFields(in module: IRModule) -> Bool {
        for line in lines {
            guard let (value, number, type) = Self.part(line, of: context) else { continue }
            guard fields[number] == nil else { return false }
            let variable = variable(storedAt: value)
            let alloca = variable.flatMap { name in lines.first { $0.hasPrefix("\(name) = alloca ") } } ?? "%x = alloca \(type), align 8"
            guard let count = StackRoom.byteCount(String(alloca), in: module), count > 0 else { return false }
            fields[number] = Field(variable: variable, offset: byteCount)
            byteCount += (count + 7) / 8 * 8
        }
        return fields.values.contains { $0.variable != nil }
    }

    /// The variable whose address is all that is stored there.
    private func variable(storedAt place: String) -> String? {
        let uses = lines.filter { Self.names($0, place) && !$0.hasPrefix("\(place) = ") && !Self.isLifetime($0) }
        guard uses.count == 1, uses[0].hasPrefix("store ptr %") else { return nil }
        let operands = IRText.split(uses[0].dropFirst("store ".count))
        guard operands.count >= 2, operands[1].hasSuffix(" " + place), let name = operands[0].split(separator: " ").last.map(String.init),
            name != context, !fields.values.contains(where: { $0.variable == name }), lines.contains(where: { $0.hasPrefix("\(name) = alloca ") })
        else { return nil }
        return name
    }

    /// Whether nothing else is done with what is handed on.
    private var isUnderstood: Bool {
        let callers = lines.filter { Self.names($0, context) && Self.part($0, of: context) == nil && !Self.isLifetime($0) }
        guard callers.count == 2, callers.contains(where: { $0.hasPrefix("\(context) = alloca i8, ") }),
            callers.contains(where: { $0.contains("ebpf_callback_") })
        else { return false }
        for line in closureLines where Self.names(line, parameter) {
            guard let (value, number, _) = Self.part(line, of: parameter), let field = fields[number] else { return false }
            let uses = closureLines.filter { Self.names($0, value) && !$0.hasPrefix("\(value) = ") }
            guard field.variable == nil || (uses.count == 1 && uses[0].contains(" = load ptr, ptr \(value)")) else { return false }
        }
        return true
    }

    // MARK: Writing

    private var variables: Set<String> { Set(fields.values.compactMap(\.variable)) }

    private func rewritten(_ caller: IRFunction) -> IRFunction {
        var result = caller
        result.body = []
        // Numbers of values stand in their order; this has a name, since it is to stand first.
        let name = "%captured.\(context.dropFirst())"
        let room = "  \(name) = alloca i8, i64 \(byteCount), align 8"
        var isWritten = false
        for (index, line) in caller.body.enumerated() {
            let (code, metadata) = (lines[index], String(IRText.splitMetadata(line[...]).metadata))
            if code.contains(" = alloca "), !isWritten {
                result.body.append(room)
                isWritten = true
            }
            guard !isLeftOut(code) else { continue }
            if let variable = fields.values.first(where: { field in field.variable.map { code.hasPrefix("\($0) = alloca ") } ?? false }) {
                result.body.append("  \(variable.variable ?? "") = getelementptr i8, ptr \(name), i64 \(variable.offset)\(metadata)")
            } else if let (value, number, _) = Self.part(code, of: context) {
                // What it was asked for, where it is a variable, is there already.
                guard let field = fields[number], field.variable == nil else { continue }
                result.body.append("  \(value) = getelementptr i8, ptr \(name), i64 \(field.offset)\(metadata)")
            } else if code.contains("ebpf_callback_"), Self.names(code, context) {
                result.body.append("  " + code.replacing("ptr \(context))", with: "ptr \(name))") + metadata)
            } else {
                result.body.append(line)
            }
        }
        return result
    }

    private func isLeftOut(_ code: Substring) -> Bool {
        if code.hasPrefix("\(context) = alloca ") { return true }
        if Self.isLifetime(code) { return IRText.values(in: code).contains { $0 == context || variables.contains(String($0)) } }
        guard code.hasPrefix("store ptr %") else { return false }
        let stored = IRText.values(in: code)
        let places = lines.compactMap { Self.part($0, of: context) }.filter { fields[$0.number]?.variable != nil }.map(\.value)
        return stored.count == 2 && places.contains { $0 == stored[1] }
    }

    private func rewritten(closure: IRFunction) -> IRFunction {
        var result = closure
        let parts = closureLines.compactMap { Self.part($0, of: parameter) }
        for (index, code) in closureLines.enumerated() {
            let metadata = String(IRText.splitMetadata(closure.body[index][...]).metadata)
            if let (value, number, _) = Self.part(code, of: parameter), let field = fields[number] {
                result.body[index] = "  \(value) = getelementptr i8, ptr \(parameter), i64 \(field.offset)\(metadata)"
            } else if let part = parts.first(where: { fields[$0.number]?.variable != nil && code.hasSuffix(" = load ptr, ptr \($0.value), align 8") }
            ),
                let equals = code.range(of: " = ")
            {
                result.body[index] = "  \(code[..<equals.lowerBound]) = getelementptr i8, ptr \(part.value), i64 0\(metadata)"
            }
        }
        return result
    }
}
