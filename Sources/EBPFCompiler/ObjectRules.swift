// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes

/// What the verifier would refuse in the finished object whatever the kernel, and what needs the whole of it to be seen.
enum ObjectRules {
    static func check(_ object: ObjectFile, plan: KernelHalfPlan) throws(CompilerError) {
        for program in object.programs {
            let assembly: ProgramAssembly
            do {
                assembly = try object.assemble(program)
            } catch { throw CompilerError(.object, "\(plan.sources.first?.path ?? ""): error: '\(program.name)' cannot be put together: \(error)") }
            try checkStack(assembly, object, plan)
            try checkHelpers(assembly, of: program, object, plan)
        }
    }

    private static func checkHelpers(_ assembly: ProgramAssembly, of program: ProgramDefinition, _ object: ObjectFile, _ plan: KernelHalfPlan)
        throws(CompilerError)
    {
        for (slot, instruction) in assembly.instructions.enumerated() {
            guard let number = instruction.calledHelper, let helper = Helper.numbered(number),
                let reason = CallerRules.complaint(about: helper, in: program)
            else { continue }
            let function = assembly.functions.last { $0.slot <= slot }.flatMap { try? object.btf?.name(of: $0.type) }
            throw CompilerError(.source, position(of: assembly.line(at: slot), in: function ?? program.name, plan).message(reason))
        }
    }

    private static func checkStack(_ assembly: ProgramAssembly, _ object: ObjectFile, _ plan: KernelHalfPlan) throws(CompilerError) {
        let path = StackDepth.deepestPath(assembly.instructions, starts: assembly.functions.map(\.slot))
        guard path.isTooDeep else { return }
        let frames = path.frames.map { frame in
            let type = assembly.functions.first { $0.slot == frame.start }?.type
            return (name: type.flatMap { try? object.btf?.name(of: $0) } ?? "?", byteCount: frame.byteCount)
        }
        // Of the largest, the one furthest down: the others wait for it.
        guard let largest = frames.max(by: { $0.byteCount < $1.byteCount })?.byteCount, let worst = frames.last(where: { $0.byteCount == largest })
        else { return }
        let position = plan.positions[worst.name] ?? SourcePosition(file: plan.sources.first?.path ?? "", line: 1)
        let advice =
            "put what is large into a map (PerCPUArrayMap) and hand it on from there (copying:), or write it into a ring buffer's reservation"
        if largest > StackDepth.byteLimit {
            throw CompilerError(
                .source,
                position.message("'\(worst.name)' takes \(largest) bytes of the stack, and an eBPF program has \(StackDepth.byteLimit); \(advice)"))
        }
        let calls = frames.map { "\($0.name) (\($0.byteCount))" }.joined(separator: " -> ")
        if path.byteCount > StackDepth.byteLimit {
            throw CompilerError(
                .source,
                position.message(
                    "functions that call each other take \(path.byteCount) bytes of the stack together, each rounded up to 32, and an eBPF program has "
                        + "\(StackDepth.byteLimit): \(calls); \(advice)"))
        }
        throw CompilerError(
            .source,
            position.message(
                "\(frames.count) functions are under way at the same time, and the kernel takes \(StackDepth.frameLimit): \(calls); leave out @inline(never)"
            ))
    }

    // MARK: A kernel's types

    /// Compares what the programs read of the kernel's structures with a kernel's types.
    ///
    /// - Returns: warnings and notes.
    static func compare(_ object: ObjectFile, withTypesAt path: String, plan: KernelHalfPlan) throws(CompilerError) -> String {
        let differences: [KernelDifference]
        do {
            differences = try object.differences(from: BTF(ByteView(FileAccess.read(path))))
        } catch let error as CompilerError { throw error } catch {
            // What cannot be compared here may still be right.
            return SourcePosition(file: plan.sources.first?.path ?? "", line: 1).message(
                "not compared with the types of \(path): \(error)", "warning") + "\n"
        }
        var refused: [String] = []
        var warnings: [String] = []
        for difference in differences {
            let position = position(of: difference.line, in: difference.function, plan)
            switch difference.kind {
            case .missing: refused.append(position.message(difference.text))
            case .differs: warnings.append(position.message(difference.text, "warning"))
            case .unknownType: warnings.append(position.message(difference.text, "note"))
            }
        }
        guard refused.isEmpty else { throw CompilerError(.source, (refused + warnings).joined(separator: "\n")) }
        return warnings.map { $0 + "\n" }.joined()
    }

    private static func position(of line: SourceLine?, in function: String, _ plan: KernelHalfPlan) -> SourcePosition {
        guard let line, let source = plan.sources.first(where: { $0.name == line.fileName }) else {
            return plan.positions[function] ?? SourcePosition(file: plan.sources.first?.path ?? "", line: 1)
        }
        return SourcePosition(file: source.path, line: Int(line.line), column: Int(line.column))
    }
}
