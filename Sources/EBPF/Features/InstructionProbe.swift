// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import CLinux
import Glibc

extension FeatureAttempts {
    /// Whether a program with an instruction loads.
    mutating func tryInstruction(_ instruction: KernelFeatures.Instruction) -> Support {
        switch instruction {
        case .functionPointers: tryFunctionPointers()
        case .kernelFunctions: tryKernelFunctions()
        case .kernelVariables: tryKernelVariables()
        case .mapsByIndex: tryMapsByIndex()
        case .castAddressSpace: tryWithArena(instruction)
        case .jumpIndirect: tryJumpIndirect()
        default: tryCode(instruction) { builder in Self.append(instruction, to: &builder) }
        }
    }

    /// Appends an instruction with what it takes to be verified; `r0` is 0 before it and behind it. A function that is called goes on to the end.
    private static func append(_ instruction: KernelFeatures.Instruction, to code: inout CodeBuilder) {
        switch instruction {
        case .lessThan: code.jump(if: .r0, .less, 1, to: "end")
        case .jump32: code.jump(if: .r0, .equal, 1, width: .bits32, to: "end")
        case .arithmetic32: code.add(.r0, 1, width: .bits32)
        case .subprograms:
            code.call("function")
            code.mov(.r0, 0)
            code.exit()
            code.place("function")
        case .boundedLoops:
            code.place("again")
            code.add(.r0, 1)
            code.jump(if: .r0, .notEqual, 8, to: "again")
        case .atomicFetch: appendMemory(to: &code) { $0.atomic(.fetchAdd, .r1, at: .r10, offset: -8) }
        case .compareExchange: appendMemory(to: &code) { $0.atomic(.compareExchange, .r1, at: .r10, offset: -8) }
        case .loadAcquire: appendMemory(to: &code) { $0.loadAcquire(.double, .r1, from: .r10, offset: -8) }
        case .storeRelease: appendMemory(to: &code) { $0.storeRelease(.double, .r1, to: .r10, offset: -8) }
        case .loadSignExtending: appendMemory(to: &code) { $0.loadSignExtending(.byte, .r1, from: .r10, offset: -8) }
        case .signedDivision: code.sdiv(.r0, 2)
        case .signedModulo: code.smod(.r0, 2)
        case .moveSignExtending: code.movsx(.byteTo64, .r0, .r0)
        case .swapBytes: code.swap(.unconditional, .bits64, .r0)
        case .jumpLong:
            // What it jumps over is reached by another way, as the verifier sees it.
            code.jump(if: .r0, .notEqual, 0, to: "between")
            code.jumpLong(to: "end")
            code.place("between")
        case .mayGoto: code.mayGoto("end")
        default: break
        }
        // Where it jumps to is another place than where it would go anyway.
        code.mov(.r0, 0)
        code.place("end")
    }

    private static func appendMemory(to code: inout CodeBuilder, _ instruction: (inout CodeBuilder) -> Void) {
        code.store(.double, 0, to: .r10, offset: -8)
        code.mov(.r1, 1)
        instruction(&code)
    }

    /// Loads a program that returns 0 behind what `append` appends.
    private mutating func tryCode(_ instruction: KernelFeatures.Instruction, _ append: (inout CodeBuilder) -> Void) -> Support {
        if instruction != .base {
            // Where nothing loads, nobody can tell.
            switch answer(.instruction(.base)) {
            case .yes: break
            case .no(let reason), .unknown(let reason): return .unknown(reason)
            }
        }
        var builder = CodeBuilder()
        builder.mov(.r0, 0)
        append(&builder)
        builder.mov(.r0, 0)
        builder.exit()
        guard let code = try? builder.finish() else { return .unknown("the program that is tried cannot be put together") }
        return load(instruction, ProgramAttempt(Self.plain, code.instructions))
    }

    /// The kind of programs in which instructions are tried.
    static let plain = ProgramKind(.socketFilter)

    private mutating func load(_ instruction: KernelFeatures.Instruction, _ attempt: ProgramAttempt) -> Support {
        let outcome = attempt.load()
        guard outcome.program == nil else { return .yes }
        return refusal(outcome.errno, needs: [.bpf, .perfmon]) {
            if let running = KernelVersion.running, running < instruction.since { return Self.absence(outcome.errno, since: instruction.since) }
            return outcome.verdict.map { "\(Self.text(outcome.errno)), the verifier: \($0)" }
                ?? "\(Self.text(outcome.errno)): the verifier takes it, the translator to machine code does not"
        }
    }

    private mutating func tryFunctionPointers() -> Support {
        guard let types = FunctionTypes() else { return refusal(EINVAL, needs: [.bpf], "the kernel takes no types of functions (BTF)") }
        guard let code = Self.withFunction(called: false) else { return .unknown("the program that is tried cannot be put together") }
        var attempt = ProgramAttempt(Self.plain, code.instructions)
        attempt.types = (types.descriptor, [(0, types.local), (UInt32(clamping: code.slot), types.local)])
        return load(.functionPointers, attempt)
    }

    /// Calls a function that programs may not call: a kernel that knows such calls names the function.
    private mutating func tryKernelFunctions() -> Support {
        guard let id = targets.function(AttachmentTargets.testFunction) else { return .no(targets.absence(of: ProgramKind(.tracing, .traceFentry))) }
        let call = Instruction(
            opcode: 0x85, source: Instruction.PseudoSource.kernelFunctionCall, immediate: Int32(truncatingIfNeeded: id.rawValue))
        let outcome = ProgramAttempt(Self.plain, [call, Instruction(opcode: 0xB7), Instruction(opcode: 0x95)]).load()
        if outcome.program != nil || outcome.log.containsText("bpf_fentry_test1 is not allowed") { return .yes }
        return refusal(outcome.errno, needs: [.bpf, .perfmon], Self.absence(outcome.errno, since: KernelFeatures.Instruction.kernelFunctions.since))
    }

    private mutating func tryKernelVariables() -> Support {
        var answers: [Support] = []
        for variable in targets.variables {
            let answer = tryCode(.kernelVariables) { code in
                code.append(.loadWide(.r1, .variable(typeID: Int32(truncatingIfNeeded: variable.rawValue), moduleDescriptor: 0)))
            }
            if answer.isYes { return answer }
            answers.append(answer)
        }
        return answers.first ?? .no(targets.failure.map { "the kernel has no types (BTF): \($0)" } ?? "the kernel's types have no variables")
    }

    private mutating func tryMapsByIndex() -> Support {
        let (map, status) = map(MapAttempt(.array))
        guard let map else { return .unknown("no map can be created: \(Self.text(-status))") }
        return withDescriptors([map.number]) { attempts, list in
            var attempt = ProgramAttempt(Self.plain, [])
            var builder = CodeBuilder()
            builder.loadMap(.r1, index: 0)
            builder.mov(.r0, 0)
            builder.exit()
            attempt.code = (try? builder.finish())?.instructions ?? []
            attempt.descriptors = list
            return attempts.load(.mapsByIndex, attempt)
        }
    }

    private mutating func withDescriptors(_ numbers: [Int32], _ body: (inout FeatureAttempts, UInt64) -> Support) -> Support {
        numbers.withUnsafeBytes { body(&self, address($0.baseAddress)) }
    }

    private mutating func tryWithArena(_ instruction: KernelFeatures.Instruction) -> Support {
        let (map, status) = map(MapAttempt(.arena))
        guard let map else { return refusal(-status, needs: [.bpf], Self.absence(-status, since: MapType.arena.since)) }
        return tryCode(instruction) { code in
            code.loadMap(.r1, descriptor: map.number)
            code.append(.castAddressSpace(.r0, from: .r0, destinationSpace: 0, sourceSpace: 1))
        }
    }

    /// Jumps to the only address in a table: the slot behind the jump.
    private mutating func tryJumpIndirect() -> Support {
        let (map, status) = map(MapAttempt(.instructionArray))
        guard let map else { return refusal(-status, needs: [.bpf], Self.absence(-status, since: MapType.instructionArray.since)) }
        // struct bpf_insn_array_value: the slot in the program as it is loaded, and what the kernel makes of it.
        let entry: [UInt32] = [5, 0, 0, 0]
        let key: [UInt32] = [0]
        let written = entry.withUnsafeBytes { entry in
            key.withUnsafeBytes { key in
                var attributes = bpf_map_element_attributes()
                attributes.map_fd = UInt32(bitPattern: map.number)
                (attributes.key, attributes.value) = (address(key.baseAddress), address(entry.baseAddress))
                return bpf(.mapUpdate, &attributes)
            }
        }
        var attributes = bpf_map_element_attributes()
        attributes.map_fd = UInt32(bitPattern: map.number)
        let frozen = bpf(.mapFreeze, &attributes)
        guard written >= 0, frozen >= 0 else { return .no("no table of jumps can be made: \(Self.text(-min(written, frozen)))") }
        return tryCode(.jumpIndirect) { code in
            code.append(.loadWide(.r1, .mapValue(descriptor: map.number, offset: 0)))
            code.load(.double, .r1, from: .r1)
            code.append(.jumpIndirect(.r1))
        }
    }
}
