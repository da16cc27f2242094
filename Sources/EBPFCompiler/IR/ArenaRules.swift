// SPDX-License-Identifier: Apache-2.0

/// Memory of arenas: the verifier takes a program's pointers for such only where it sees the map of the arena in it, as the address of a global
/// (`kernel/bpf/verifier.c`: `resolve_pseudo_ldimm64`), whether it does anything with it or not.
enum ArenaRules {
    /// `BPF_MAP_TYPE_ARENA`.
    static let mapType = 33

    /// Mentions the arena in each function that reads or writes its memory and does not name it, as C's programs do by hand.
    ///
    /// - Parameter arenas: the arenas of the kernel half, in their order.
    static func run(_ module: inout IRModule, arenas: [KernelHalfPlan.MapGlobal], plan: KernelHalfPlan) throws(CompilerError) {
        if arenas.count > 1 { throw CompilerError(.source, arenas[1].position.message(second(arenas[1].name, arenas[0].name))) }
        if arenas.isEmpty, let variable = plan.variables.first(where: \.isInArena) {
            throw CompilerError(.source, variable.position.message("'\(variable.name)' lies in an arena, and this kernel half has none; \(advice)"))
        }
        for index in module.functions.indices {
            let function = module.functions[index]
            guard let line = function.body.first(where: { $0.contains("ptr addrspace(1)") }) else { continue }
            guard let arena = arenas.first else {
                throw CompilerError(.source, KernelRules.position(of: line, in: function, &module, plan).message(none))
            }
            guard !function.body.contains(where: { IRName.globals(in: $0).contains(arena.name) }) else { continue }
            module.functions[index].body.insert(mention(arena.name), at: firstInstruction(of: function))
        }
    }

    private static func mention(_ arena: String) -> String { "  call void asm sideeffect \"\", \"r\"(ptr @\(IRName.spelled(arena)))" }

    /// The first block may have a name, and lines that only say where variables are.
    private static func firstInstruction(of function: IRFunction) -> Int { function.body.firstIndex { $0.hasPrefix("  ") } ?? function.body.count }

    private static func second(_ name: String, _ first: String) -> String {
        "'\(name)' is a second arena, beside '\(first)'; a program has one, and a kernel half too: give that one more pages"
    }

    private static let none = "reads or writes memory of an arena, and this kernel half has none; \(advice)"
    private static let advice = "declare one, which the pages come from: let heap = Arena(pageCount: 100)"
}
