// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Testing

/// Fields that lie elsewhere in the kernel than in the structures that a kernel half declares.
@Suite struct COREFieldTests {
    static let kernelHalf = """
        struct inner { int x; u64 y; } PRESERVE;
        struct task {
            int pid;
            u32 flags;
            struct inner inner;
            u64 times[4];
            struct inner slots[3];
            struct task *parent;
            union { int as_int; u64 as_long; };
            struct { u32 nested_low; u32 nested_high; };
        } PRESERVE;

        SEC("tp/t/pid") int pid(struct task *task) { return task->pid; }
        SEC("tp/t/flags") int flags(struct task *task) { return task->flags; }
        SEC("tp/t/y") int inner_y(struct task *task) { return task->inner.y; }
        SEC("tp/t/time") int third_time(struct task *task) { return task->times[2]; }
        SEC("tp/t/slot") int slot_x(struct task *task) { return task->slots[2].x; }
        SEC("tp/t/union") int in_union(struct task *task) { return task->as_long; }
        SEC("tp/t/nested") int in_struct(struct task *task) { return task->nested_high; }
        SEC("tp/t/store") int store(struct task *task) { task->flags = 5; return 0; }
        SEC("tp/t/next") int next(struct task *task) { return task[3].pid; }

        SEC("tp/t/parent") int parent(struct task *task) { return CORE_READ(task, parent) != NULL; }
        SEC("tp/t/offset") int offset(struct task *task) { return __builtin_preserve_field_info(task->inner.y, 0); }
        SEC("tp/t/size") int size(struct task *task) { return __builtin_preserve_field_info(task->times, 1); }
        SEC("tp/t/element") int element_size(struct task *task) { return __builtin_preserve_field_info(task->times[1], 1); }
        """

    /// The kernel's `struct task`: other order, other nesting, more fields; a variable of it so that it is in the types.
    static let kernel = """
        struct inner { char before[24]; u64 y; char between[4]; int x; };
        struct task {
            u64 state[5];
            union { struct { u32 unrelated; u32 nested_high; u32 nested_low; }; u64 other; };
            struct { union { u64 as_long; int as_int; }; struct { struct { u32 flags; }; int pid; }; };
            struct task *next, *parent;
            char comm[16];
            u64 times[8];
            struct inner slots[5];
            const volatile struct inner inner;
        } task;
        """

    let half: CompiledHalf
    let types: BTF

    init() throws {
        half = try CompiledHalf(Self.kernelHalf)
        types = try CompiledHalf.kernelTypes(Self.kernel)
    }

    // Where fields lie in the kernel's structures, counted by hand.
    private enum Kernel {
        static let nestedHigh = 44, asLong = 56, flags = 64, pid = 68, parent = 80, times = 104, slots = 168, inner = 168 + 5 * 40
        static let innerY = 24, innerX = 36, innerSize = 40, taskSize = inner + innerSize
    }

    @Test(arguments: [
        ("pid", 0, Kernel.pid), ("flags", 4, Kernel.flags), ("inner_y", 16, Kernel.inner + Kernel.innerY),
        ("third_time", 40, Kernel.times + 16), ("slot_x", 88, Kernel.slots + 2 * Kernel.innerSize + Kernel.innerX),
        ("in_union", 112, Kernel.asLong), ("in_struct", 124, Kernel.nestedHigh), ("next", 3 * 128, 3 * Kernel.taskSize + Kernel.pid),
    ])
    func aLoadFindsItsField(_ program: String, _ own: Int, _ answer: Int) throws {
        #expect(try half.assemble(program).onlyLoad().offset == Int16(own))
        let load = try half.assemble(program, against: types).onlyLoad()
        #expect(load.offset == Int16(answer))
        #expect(try half.assemble(program).onlyLoad().opcode == load.opcode, "the width stays")
    }

    @Test func aStoreFindsItsField() throws {
        let answered = try half.assemble("store", against: types).instructions
        let stores = answered.filter { $0.instructionClass == .store || $0.instructionClass == .storeFromRegister }
        #expect(stores.map(\.offset) == [Int16(Kernel.flags)])
    }

    @Test func anAddressIsMovedByTheAnswer() throws {
        // CORE_READ gives the helper the address of the field: `rX += offset`.
        let before = try half.assemble("parent").instructions
        let after = try half.assemble("parent", against: types).instructions
        let changed = zip(before, after).filter { $0 != $1 }
        #expect(changed.count == 1)
        let (own, answer) = try #require(changed.first)
        #expect(own.immediate == 104)
        #expect(answer.immediate == Int32(Kernel.parent))
        #expect(own.opcode == answer.opcode)
    }

    @Test func offsetsAndSizesAreConstants() throws {
        #expect(try half.assemble("offset").returnedConstant() == 16)
        #expect(try half.assemble("offset", against: types).returnedConstant() == Int64(Kernel.inner + Kernel.innerY))
        #expect(try half.assemble("size").returnedConstant() == 32)
        #expect(try half.assemble("size", against: types).returnedConstant() == 64)
        #expect(try half.assemble("element_size", against: types).returnedConstant() == 8)
    }

    @Test func againstItsOwnTypesNothingChanges() throws {
        let own = try #require(half.object.btf)
        #expect(half.object.needsKernelTypes)
        let answered = try half.object.relocated(against: own)
        #expect(!answered.needsKernelTypes)
        for program in half.object.programs {
            let before = try half.object.assemble(program).instructions
            let after = try answered.assemble(program)
            #expect(after.instructions == before, "\(program.name)")
            #expect(after.poisoned.isEmpty)
        }
    }

    @Test func theObjectItselfStaysAsItWas() throws {
        let before = try half.assemble("pid").instructions
        _ = try half.object.relocated(against: types)
        #expect(try half.assemble("pid").instructions == before)
    }

    @Test func aFieldThatIsMissingSpoilsItsInstructionAndSaysWhich() throws {
        let kernel = try CompiledHalf.kernelTypes("struct inner { int x; }; struct task { int pid; struct inner inner; u64 times[2]; } task;")
        for (program, name) in [
            ("flags", "struct task.flags"), ("inner_y", "struct task.inner.y"), ("third_time", "struct task.times[2]"),
            ("slot_x", "struct task.slots[2].x"), ("in_union", "struct task.as_long"), ("in_struct", "struct task.nested_high"),
            ("offset", "struct task.inner.y"), ("parent", "struct task.parent"),
        ] {
            let answered = try half.assemble(program, against: kernel)
            #expect(answered.poisoned.count == 1, "\(program)")
            let (slot, reason) = try #require(answered.poisoned.first)
            #expect(reason.contains("'\(name)'"), "\(reason)")
            // A call of a helper that does not exist: the verifier refuses the program where it can be reached.
            #expect(answered.instructions[slot].opcode == 0x85)
            #expect(answered.instructions[slot].source == 0)
            #expect(!Helper.all.contains { $0.number == answered.instructions[slot].immediate })
        }
        #expect(try half.assemble("pid", against: kernel).poisoned.isEmpty)
    }

    @Test func aFieldOfAnotherKindIsMissing() throws {
        let kernel = try CompiledHalf.kernelTypes(
            "struct task { struct { int x; } pid; u32 *flags; u64 inner; u64 times; int parent; } task;")
        for program in ["pid", "flags", "inner_y", "third_time", "parent"] {
            #expect(try half.assemble(program, against: kernel).poisoned.count == 1, "\(program)")
        }
    }

    @Test func aStructureThatIsMissingSpoilsItsInstructions() throws {
        let kernel = try CompiledHalf.kernelTypes("union task { int pid; } task; struct tasks { int pid; } tasks;")
        let answered = try half.assemble("pid", against: kernel)
        #expect(answered.poisoned.values.first?.contains("'struct task.pid'") == true)
    }
}
