// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Glibc

extension FeatureAttempts {
    /// Loads a program that replaces a function of another (`freplace`), which is loaded for that.
    mutating func loadReplacement() -> Loading {
        let kind = ProgramKind(.freplace)
        guard let types = FunctionTypes() else {
            return .refused(refusal(EINVAL, needs: kind.type.neededCapabilities, "the kernel takes no types of functions (BTF)"))
        }
        guard let code = Self.withFunction(called: true) else { return .refused(.unknown("the program that is tried cannot be put together")) }
        var replaced = ProgramAttempt(ProgramKind(.socketFilter), code.instructions)
        replaced.types = (types.descriptor, [(0, types.local), (UInt32(clamping: code.slot), types.global)])
        let outcome = replaced.load()
        guard let program = outcome.program else { return .refused(refusal(of: replaced.kind, errno: outcome.errno, verdict: outcome.verdict)) }
        var replacement = ProgramAttempt.smallest(kind, target: ProgramTarget(type: types.global, descriptor: program))
        replacement.types = (types.descriptor, [(0, types.global)])
        let answer = replacement.load()
        guard let loaded = answer.program else { return .refused(refusal(of: kind, errno: answer.errno, verdict: answer.verdict)) }
        return .loaded(loaded, replacement)
    }

    /// A program with a second function, which is called or whose address is taken.
    static func withFunction(called: Bool) -> (instructions: [Instruction], slot: Int)? {
        var builder = CodeBuilder()
        builder.mov(.r1, 1)
        if called { builder.call("function") } else { builder.loadFunction(.r1, "function") }
        builder.mov(.r0, 0)
        builder.exit()
        builder.place("function")
        builder.mov(.r0, 0)
        builder.exit()
        guard let code = try? builder.finish(), let slot = code.labels["function"] else { return nil }
        return (code.instructions, slot)
    }
}

/// The types of two functions, in the kernel: one that only its own program calls, and one that may be replaced.
struct FunctionTypes {
    let descriptor: SharedDescriptor
    let local: TypeID
    let global: TypeID

    /// `nil` where the kernel does not take them (before Linux 5.6, or without a privilege).
    init?() {
        do {
            var builder = BTFBuilder()
            let int = try builder.addInteger("int", byteCount: 4, isSigned: true)
            let prototype = try builder.addPrototype(result: int, parameters: [BTFType.Parameter(name: "a", type: int)])
            let main = try builder.addPrototype(result: int, parameters: [])
            local = try builder.addFunction("local", prototype: main, linkage: .static)
            global = try builder.addFunction("global", prototype: prototype, linkage: .global)
            let number = ObjectTypes.load(builder.bytes()).status
            guard number >= 0 else { return nil }
            descriptor = SharedDescriptor(Descriptor(number))
        } catch { return nil }
    }
}
