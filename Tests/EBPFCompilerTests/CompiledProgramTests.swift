// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import EBPFCompiler
import TestImages
import Testing

/// Programs of compiled kernel halves, and the functions that they call.
@Suite struct CompiledProgramTests {
    static let source = """
        LICENSE("GPL");

        static __noinline long shared(long value) {
            long sum = 0;
            for (long i = 0; i < value; i++)
                sum += bpf_ktime_get_ns();
            return sum;
        }

        static __noinline long outer(long value) {
            return shared(value + 3) + bpf_get_smp_processor_id();
        }

        SEC("tracepoint/syscalls/sys_enter_openat")
        int first(struct trace_event_raw_sys_enter *context) {
            return shared(context->id) + shared(context->args[1]);
        }

        SEC("tp/syscalls/sys_exit_openat")
        int second(struct trace_event_raw_sys_exit *context) {
            return outer(context->ret) + shared(2);
        }

        SEC("?tp/syscalls/sys_enter_open")
        int optional(void *context) {
            return 3;
        }

        SEC("something/else")
        int unknown(void *context) {
            return 4;
        }
        """

    let half: CompiledHalf

    init() throws {
        half = try CompiledHalf(Self.source)
    }

    /// Where a call at a slot leads.
    private func target(_ assembly: ProgramAssembly, _ slot: Int) -> Int {
        slot + 1 + Int(assembly.instructions[slot].immediate)
    }

    /// The slots of the calls in a function that begins at `start`.
    private func calls(_ assembly: ProgramAssembly, from start: Int, to end: Int) -> [Int] {
        (start..<end).filter { assembly.instructions[$0].isLocalCall }
    }

    @Test func programsHaveTheHooksOfTheirSections() throws {
        let programs = Dictionary(uniqueKeysWithValues: half.object.programs.map { ($0.name, $0) })
        #expect(Set(programs.keys) == ["first", "second", "optional", "unknown"])
        #expect(programs["first"]?.hook == .tracepoint(category: "syscalls", name: "sys_enter_openat"))
        #expect(programs["second"]?.hook == .tracepoint(category: "syscalls", name: "sys_exit_openat"))
        #expect(programs["optional"]?.hook == .tracepoint(category: "syscalls", name: "sys_enter_open"))
        let unknown = try #require(programs["unknown"])
        #expect(unknown.hook == nil)
        #expect(unknown.sectionName == "something/else")
    }

    @Test func aQuestionMarkSaysThatAProgramIsNotLoadedUnlessAskedFor() throws {
        let loaded = half.object.programs.filter(\.isLoaded).map(\.name)
        #expect(Set(loaded) == ["first", "second", "unknown"])
        #expect(try half.assemble("optional").instructions.first?.immediate == 3, "it can be assembled all the same")
    }

    @Test func aFunctionThatIsCalledTwiceIsThereOnce() throws {
        let assembly = try half.assemble("first")
        #expect(assembly.functions.map(\.slot).first == 0)
        #expect(assembly.functions.count == 2)
        let shared = try #require(assembly.functions.last?.slot)
        let calls = calls(assembly, from: 0, to: shared)
        #expect(calls.count == 2)
        #expect(calls.allSatisfy { target(assembly, $0) == shared })
        #expect(try name(of: assembly.functions[1].type) == "shared")
        #expect(try name(of: assembly.functions[0].type) == "first")
    }

    @Test func aFunctionThatIsReachedOnTwoWaysIsThereOnce() throws {
        let assembly = try half.assemble("second")
        let places = try Dictionary(uniqueKeysWithValues: assembly.functions.map { (try name(of: $0.type), $0.slot) })
        #expect(Set(places.keys) == ["second", "outer", "shared"])
        let (outer, shared) = (try #require(places["outer"]), try #require(places["shared"]))
        let starts = assembly.functions.map(\.slot) + [assembly.instructions.count]
        func callees(_ start: Int) throws -> [Int] {
            let end = try #require(starts.first { $0 > start })
            return calls(assembly, from: start, to: end).map { target(assembly, $0) }
        }
        #expect(Set(try callees(0)) == [outer, shared])
        #expect(try callees(outer) == [shared])
        #expect(try callees(shared) == [])
    }

    @Test func everyFunctionEndsBeforeTheNextBegins() throws {
        for program in ["first", "second"] {
            let assembly = try half.assemble(program)
            for start in assembly.functions.map(\.slot).dropFirst() {
                #expect(assembly.instructions[start - 1].opcode == 0x95, "the last instruction of a function is exit")
            }
            #expect(assembly.instructions.last?.opcode == 0x95)
        }
    }

    @Test func linesSayWhereInstructionsComeFrom() throws {
        let lines = Array(("#include <ebpf/kernel.h>\n" + Self.source).split(separator: "\n", omittingEmptySubsequences: false))
        for program in ["first", "second"] {
            let assembly = try half.assemble(program)
            #expect(assembly.lines.count > 5)
            #expect(assembly.lines.map(\.slot) == assembly.lines.map(\.slot).sorted())
            for line in assembly.lines {
                #expect(line.fileName == "half.bpf.c")
                #expect(assembly.instructions.indices.contains(line.slot))
                #expect(line.text == String(lines[Int(line.line) - 1]), "line \(line.line)")
            }
            // Each function's first line is one of its own.
            for (slot, type) in assembly.functions {
                let line = try #require(assembly.line(at: slot))
                #expect(line.slot == slot)
                let definition = lines[..<Int(line.line)].last { $0.hasPrefix("static") || $0.hasPrefix("int") }
                #expect(definition?.contains(" \(try name(of: type))(") == true, "\(line.text)")
            }
        }
    }

    @Test func callsOfHelpersKeepTheirNumbers() throws {
        let assembly = try half.assemble("second")
        let helpers = assembly.instructions.filter { $0.opcode == 0x85 && $0.source == 0 }.map(\.immediate)
        #expect(Set(helpers) == [5, 8])
    }

    @Test func anExternIsRefusedByName() throws {
        let error = try #require(throws: CompilerError.self) {
            try CompiledHalf(
                """
                extern int outside(int);
                SEC("tp/a/b") int main(void *context) { return outside(1); }
                """)
        }
        #expect(error.code == .object)
        #expect(error.description.contains("'outside'"))
        #expect(error.description.contains("'main'"))
        #expect(error.description.contains("half.bpf.c"))
    }

    @Test func staticVariablesOfFunctionsAreKeptApart() throws {
        let object = try CompiledHalf(
            """
            SEC("tp/a/b") int one(void *context) { static volatile int count = 1; return count++; }
            SEC("tp/a/c") int two(void *context) { static volatile int count = 2; return count++; }
            """
        ).object
        let counts = object.variables.filter { $0.name.contains("count") }
        #expect(counts.count == 2)
        #expect(Set(counts.map(\.offset)) == [0, 4])
    }

    @Test func theAddressOfAFunctionIsTakenForCallbacks() throws {
        let half = try CompiledHalf(
            """
            static long each(void *map, const void *key, void *value, void *context) { return 0; }
            struct { NUMBER(type, MAP_TYPE_HASH); NUMBER(max_entries, 8); TYPE(key, u32); TYPE(value, u32); } numbers SEC(".maps");
            SEC("tp/a/b") int walk(void *context) { return bpf_for_each_map_elem(&numbers, each, NULL, 0); }
            """)
        let assembly = try half.assemble("walk")
        let place = try #require(assembly.instructions.firstIndex { $0.isWideLoad && $0.source == Instruction.PseudoSource.function })
        let callback = try #require(assembly.functions.last?.slot)
        #expect(place + 1 + Int(assembly.instructions[place].immediate) == callback)
    }

    private func name(of type: TypeID) throws -> String {
        try #require(try half.object.btf?.name(of: type))
    }
}
