// SPDX-License-Identifier: Apache-2.0

/// What the kernel calls in place of a program that takes arguments, or answers nothing: it takes them from where the kernel has put them, and calls the
/// program, which becomes a part of it.
///
///     @section("fentry/do_unlinkat")
///     func unlink(dfd: Int32, name: TrustedPointer<filename>) { ... }
struct ProgramEntry {
    /// The name that the program has as a part of its entry.
    static func bodyName(_ program: String) -> String { program + ".body" }

    let source: ArgumentSource
    /// Whether the program's first parameter is its context.
    let hasContext: Bool
    /// The location in the source of all that is done here.
    let location: Int

    /// The entry of a program.
    ///
    /// - Parameters:
    ///   - program: the name.
    ///   - body: the program itself.
    func function(_ program: String, calling body: IRFunction, debug: Int) -> IRFunction {
        var lines: [String] = []
        var passed: [String] = []
        for (index, parameter) in body.parameters.enumerated() {
            let type = parameter.split(separator: " ").first.map(String.init) ?? "i64"
            if index == 0, hasContext {
                passed.append("ptr %context")
            } else {
                let number = hasContext ? index - 1 : index
                if number == 0, source == .systemCall { lines += savedRegisters() }
                lines += word(number) + narrowed(number, to: type)
                passed.append("\(type) %argument.\(number)")
            }
        }
        let call = "call \(body.result) @\(IRName.spelled(Self.bodyName(program)))(\(passed.joined(separator: ", ")))"
        lines += body.result == "void" ? [call, "ret i32 0"] : ["%answer = \(call)", "ret \(body.result) %answer"]
        let result = body.result == "void" ? "i32" : body.result
        return IRFunction(
            name: program, linkage: "", result: result, parameters: ["ptr %context"], section: body.section, attributes: FunctionAttributes.program,
            debug: debug, body: lines.map { "  \($0), !dbg !\(location)" })
    }

    /// Reads the word that an argument lies in.
    private func word(_ number: Int) -> [String] {
        switch source {
        case .words, .none, .own: return load(number, from: "%context", at: number * 8)
        case .registers: return load(number, from: "%context", at: MachineRegisters.arguments[number])
        case .result: return load(number, from: "%context", at: MachineRegisters.result)
        case .systemCall:
            // The verifier knows nothing of where these lie, so they are copied.
            let offset = MachineRegisters.systemCallArguments[number]
            return [
                "%room.\(number) = alloca i64, align 8", "%place.\(number) = getelementptr i8, ptr %registers, i64 \(offset)",
                "call i64 inttoptr (i64 113 to ptr)(ptr %room.\(number), i32 8, ptr %place.\(number))",
                "%word.\(number) = load i64, ptr %room.\(number), align 8",
            ]
        }
    }

    private func load(_ number: Int, from base: String, at offset: Int) -> [String] {
        ["%place.\(number) = getelementptr i8, ptr \(base), i64 \(offset)", "%word.\(number) = load i64, ptr %place.\(number), align 8"]
    }

    private func savedRegisters() -> [String] {
        let first = MachineRegisters.arguments[0]
        return ["%saved = getelementptr i8, ptr %context, i64 \(first)", "%registers = load ptr, ptr %saved, align 8"]
    }

    private func narrowed(_ number: Int, to type: String) -> [String] {
        switch type {
        case "i64": return ["%argument.\(number) = add i64 %word.\(number), 0"]
        case "ptr": return ["%argument.\(number) = inttoptr i64 %word.\(number) to ptr"]
        // C's truth is a byte.
        case "i1": return ["%byte.\(number) = trunc i64 %word.\(number) to i8", "%argument.\(number) = icmp ne i8 %byte.\(number), 0"]
        default: return ["%argument.\(number) = trunc i64 %word.\(number) to \(type)"]
        }
    }

    /// How many arguments there is a place for; `nil` where there is no bound.
    static func mostArguments(_ source: ArgumentSource) -> Int? {
        switch source {
        case .none: 0
        case .words: nil
        case .registers: MachineRegisters.arguments.count
        case .result: 1
        case .systemCall: MachineRegisters.systemCallArguments.count
        case .own: 5
        }
    }
}
