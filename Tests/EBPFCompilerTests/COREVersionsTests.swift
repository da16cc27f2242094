// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Testing

/// One kernel half, compiled by clang against two versions of the kernel's types: what it is told of the other version is what clang itself says.
@Suite struct COREVersionsTests {
    static let older = """
        enum state { GONE = 1, IDLE = 2, RUNNING = 3 };
        struct inner { int x; u64 y; } PRESERVE;
        struct task {
            int pid;
            u32 flags;
            struct inner inner;
            u64 times[4];
            unsigned int small : 3;
            int signed_bits : 9;
            s8 level;
            struct inner *next;
        } PRESERVE;
        """

    static let newer = """
        enum state { RUNNING = 77, SLEEPING, IDLE = 5, LARGE = 0x7fffffff };
        struct inner { char before[24]; u64 y; s16 x; } PRESERVE;
        struct task {
            struct inner *next;
            union { struct { u64 flags; s64 level; }; char raw[32]; };
            int before : 7;
            int signed_bits : 20;
            struct { unsigned long small : 11; };
            const volatile struct inner inner;
            u64 times[9];
            s8 pid;
        } PRESERVE;
        """

    /// What each kind of relocation is asked, by its number and in C.
    private static let questions: [(kind: Int, name: String, text: String)] = {
        let fields = ["pid", "flags", "inner.y", "times[2]", "small", "signed_bits", "level", "next"]
        var questions: [(Int, String, String)] = []
        for (index, field) in fields.enumerated() {
            for kind in 0...5 {
                // Elements have no signs and shifts, clang knows no sign of a pointer, and loads bitfields in another width than libbpf.
                let isBitfield = field == "small" || field == "signed_bits"
                if kind > 2 && field.hasSuffix("]") || kind == 3 && field == "next" || kind == 1 && isBitfield { continue }
                questions.append((kind, "field\(index)_\(kind)", "__builtin_preserve_field_info(task->\(field), \(kind))"))
            }
        }
        questions += [
            (6, "local_number", "__builtin_btf_type_id(*task, 0)"), (7, "number", "__builtin_btf_type_id(*task, 1)"),
            (8, "type", "core_type_exists(struct inner)"), (9, "size", "core_type_size(struct task)"),
            (9, "inner_size", "core_type_size(struct inner)"), (10, "enumerator", "core_enum_exists(enum state, IDLE)"),
            (11, "idle", "core_enum_value(enum state, IDLE)"), (11, "running", "core_enum_value(enum state, RUNNING)"),
        ]
        return questions
    }()

    private static func half(_ types: String) throws -> CompiledHalf {
        let programs = questions.map { "SEC(\"tp/t/x\") long \($0.name)(struct task *task) { return \($0.text); }" }
        return try CompiledHalf(types + "\n" + programs.joined(separator: "\n"))
    }

    @Test func everyKindButMatchingIsAnsweredAsClangAnswersForTheOtherVersion() throws {
        let (older, newer) = (try Self.half(Self.older), try Self.half(Self.newer))
        var kinds: Set<Int> = []
        for (half, other) in [(older, newer), (newer, older)] {
            let types = try #require(other.object.btf)
            for (kind, name, text) in Self.questions {
                // The number of a type in the object itself stays what it is, and that in the other is in the other's own numbers.
                let answer = try half.assemble(name, against: types).returnedConstant()
                let expected = try (kind == 6 ? half : other).assemble(name).returnedConstant()
                #expect(answer == expected, "\(text)")
                kinds.insert(kind)
            }
        }
        #expect(kinds == Set(0...11))
    }

    @Test(arguments: [
        // What the half declares, and whether the newer version has all of it.
        ("struct inner { u64 y; };", true), ("struct inner___mine { u64 y; char before[24]; s16 x; };", true), ("struct inner { int x; };", false),
        ("struct inner { char before[23]; };", false), ("union inner { u64 y; };", false), ("struct inner { u64 z; };", false),
        ("struct task { struct inner *next; };", true), ("struct task { s8 pid; u64 times[9]; };", true), ("struct task { void *next; };", false),
        ("struct task { s64 level; };", false), ("enum state { LARGE, IDLE = 6 };", true), ("enum state { GONE };", false),
    ])
    func aTypeMatchesWhereTheOtherVersionHasAllOfIt(_ declaration: String, _ isMatching: Bool) throws {
        let parts = declaration.split(separator: " ")
        let half = try CompiledHalf(
            "\(declaration)\nSEC(\"tp/t/x\") long program(void *context) { return __builtin_preserve_type_info(*(\(parts[0]) \(parts[1]) *)0, 2); }")
        let types = try #require(try Self.half(Self.newer).object.btf)
        #expect(try half.assemble("program", against: types).returnedConstant() == (isMatching ? 1 : 0), "\(declaration)")
        let own = try #require(half.object.btf)
        #expect(try half.assemble("program", against: own).returnedConstant() == 1, "its own types")
    }

    @Test func whatTheOtherVersionLacksIsToldWithWhatItHas() throws {
        let half = try CompiledHalf(
            """
            enum state { RUNING = 3 };
            struct inner { int x; } PRESERVE;
            struct task { u32 flag; void *times; } PRESERVE;
            struct tassk { int pid; } PRESERVE;
            SEC("tp/t/x") long flag(struct task *task) { return task->flag; }
            SEC("tp/t/x") long times(struct task *task) { return task->times != 0; }
            SEC("tp/t/x") long pid(struct tassk *task) { return task->pid; }
            SEC("tp/t/x") long state(void *context) { return core_enum_value(enum state, RUNING); }
            """)
        let types = try #require(try Self.half(Self.newer).object.btf)
        for (program, reason) in [
            ("flag", "'struct task.flag' is not in this kernel; 'flags' is"),
            ("times", "'struct task.times' is of type 'u64[9]' in this kernel, and of type 'void *' in the object"),
            ("pid", "'struct tassk.pid' is not in this kernel, which has no 'struct tassk'; 'struct task' is"),
            ("state", "'enum state.RUNING' is not in this kernel; 'RUNNING' is"),
        ] {
            #expect(Set(try half.assemble(program, against: types).poisoned.values) == [reason])
        }
    }
}
