// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Testing

/// Questions about what a kernel has at all: fields, types, enumerators; and forms of one type in several kernels.
@Suite struct COREExistenceTests {
    static let kernelHalf = """
        struct task { int pid; int exit_code; } PRESERVE;
        struct task___old { int state; } PRESERVE;
        struct task___new { int __state; } PRESERVE;
        struct gone { int x; } PRESERVE;
        typedef struct { int counter; } counter_t;
        enum kind { KIND_A = 1, KIND_B = 2 };
        enum kind___newer { KIND_C___newer = 3 };
        enum wide { WIDE_A = 0x100000000ULL };
        enum sign { SIGN_A = -1 };

        SEC("tp/t/x") int has_pid(struct task *t) { return core_field_exists(t->pid); }
        SEC("tp/t/x") int has_exit_code(struct task *t) { return core_field_exists(t->exit_code); }
        SEC("tp/t/x") int has_state(struct task___old *t) { return core_field_exists(t->state); }
        SEC("tp/t/x") int has_new_state(struct task___new *t) { return core_field_exists(t->__state); }
        SEC("tp/t/x") int read_state(struct task___old *t) { return t->state; }
        SEC("tp/t/x") int read_new_state(struct task___new *t) { return t->__state; }
        SEC("tp/t/x") int has_task(void *c) { return __builtin_preserve_type_info(*(struct task *)0, 0); }
        SEC("tp/t/x") int has_gone(void *c) { return __builtin_preserve_type_info(*(struct gone *)0, 0); }
        SEC("tp/t/x") int size_of_task(void *c) { return __builtin_preserve_type_info(*(struct task *)0, 1); }
        SEC("tp/t/x") int has_counter(void *c) { return __builtin_preserve_type_info(*(counter_t *)0, 0); }
        SEC("tp/t/x") long task_here(void *c) { return __builtin_btf_type_id(*(struct task *)0, 0); }
        SEC("tp/t/x") long task_there(void *c) { return __builtin_btf_type_id(*(struct task *)0, 1); }

        #define ENUM(type, name, what) __builtin_preserve_enum_value(*(enum type *)name, what)
        SEC("tp/t/x") int has_b(void *c) { return ENUM(kind, KIND_B, 0); }
        SEC("tp/t/x") long value_of_b(void *c) { return ENUM(kind, KIND_B, 1); }
        SEC("tp/t/x") int has_c(void *c) { return ENUM(kind___newer, KIND_C___newer, 0); }
        SEC("tp/t/x") long value_of_c(void *c) { return ENUM(kind___newer, KIND_C___newer, 1); }
        SEC("tp/t/x") long value_of_wide(void *c) { return ENUM(wide, WIDE_A, 1); }
        SEC("tp/t/x") long value_of_sign(void *c) { return ENUM(sign, SIGN_A, 1); }
        """

    let half: CompiledHalf

    init() throws {
        half = try CompiledHalf(Self.kernelHalf)
    }

    private func answer(_ program: String, _ kernel: String) throws -> Int64 {
        try half.assemble(program, against: try CompiledHalf.kernelTypes(kernel)).returnedConstant()
    }

    @Test func theObjectsOwnAnswersStandInItsCode() throws {
        for (program, value) in [
            ("has_pid", 1), ("has_task", 1), ("size_of_task", 8), ("has_b", 1), ("value_of_b", 2), ("value_of_c", 3),
            ("value_of_wide", 0x1_0000_0000), ("value_of_sign", -1),
        ] as [(String, Int64)] {
            #expect(try half.assemble(program).returnedConstant() == value, "\(program)")
        }
    }

    @Test func aFieldExistsWhereTheKernelHasIt() throws {
        #expect(try answer("has_pid", "struct task { char x[100]; int pid; } task;") == 1)
        #expect(try answer("has_exit_code", "struct task { char x[100]; int pid; } task;") == 0)
        #expect(try answer("has_exit_code", "struct task { union { struct { int exit_code; }; }; } task;") == 1)
        #expect(try answer("has_pid", "struct other { int pid; } other;") == 0)
        #expect(try answer("has_pid", "struct task { struct { int x; } pid; } task;") == 0, "a field of another kind is another field")
    }

    @Test func aFlavorAsksAboutTheTypeWithoutIt() throws {
        let (old, new) = ("struct task { char x[8]; int state; } task;", "struct task { char x[20]; int __state; } task;")
        #expect(try answer("has_state", old) == 1)
        #expect(try answer("has_state", new) == 0)
        #expect(try answer("has_new_state", old) == 0)
        #expect(try answer("has_new_state", new) == 1)
        #expect(try half.assemble("read_state", against: try CompiledHalf.kernelTypes(old)).onlyLoad().offset == 8)
        #expect(try half.assemble("read_new_state", against: try CompiledHalf.kernelTypes(new)).onlyLoad().offset == 20)
        let spoilt = try half.assemble("read_state", against: try CompiledHalf.kernelTypes(new))
        #expect(spoilt.poisoned.values.first?.contains("'struct task___old.state'") == true)
    }

    @Test func aTypeExistsWithItsSizeWhereTheKernelHasIt() throws {
        #expect(try answer("has_task", "struct task { char x[100]; } task;") == 1)
        #expect(try answer("size_of_task", "struct task { char x[100]; } task;") == 100)
        #expect(try answer("has_gone", "struct task { char x[100]; } task;") == 0)
        #expect(try answer("has_task", "union task { char x[100]; } task;") == 0)
        #expect(try answer("has_counter", "typedef struct { long x; } counter_t; counter_t c;") == 1)
        #expect(try answer("has_counter", "struct counter_t { long x; } c;") == 0)
        #expect(try answer("has_counter", "typedef int counter_t; counter_t c;") == 0)
    }

    @Test func aTypesNumberIsThatOfEitherSide() throws {
        let types = try CompiledHalf.kernelTypes("int one; long two; struct task { char x; } task;")
        let there = try #require(types.types(named: "task", kinds: [.structure]).first)
        #expect(try half.assemble("task_there", against: types).returnedConstant() == Int64(there.rawValue))
        let here = try #require(half.object.btf?.types(named: "task", kinds: [.structure]).first)
        #expect(try half.assemble("task_here", against: types).returnedConstant() == Int64(here.rawValue))
    }

    @Test func anEnumeratorHasTheKernelsValue() throws {
        let kernel = "enum kind { KIND_A = 10, KIND_X, KIND_B = 77 } kind;"
        #expect(try answer("has_b", kernel) == 1)
        #expect(try answer("value_of_b", kernel) == 77)
        #expect(try answer("has_c", kernel) == 0)
        #expect(try answer("has_b", "enum kind { KIND_A } kind;") == 0)
        #expect(try answer("has_b", "enum other { KIND_B } other;") == 0)
        let spoilt = try half.assemble("value_of_b", against: try CompiledHalf.kernelTypes("enum kind { KIND_A } kind;"))
        #expect(spoilt.poisoned[0] == "'enum kind.KIND_B' is not in this kernel; 'KIND_A' is")
        #expect(spoilt.poisoned[1] != nil, "both halves of a wide load are spoilt")
        #expect(spoilt.instructions[0].opcode == 0x85 && spoilt.instructions[1].opcode == 0x85)
    }

    @Test func theFlavorsOfEnumAndEnumeratorDoNotCount() throws {
        #expect(try answer("has_c", "enum kind { KIND_A, KIND_C = 9 } kind;") == 1)
        #expect(try answer("value_of_c", "enum kind { KIND_A, KIND_C = 9 } kind;") == 9)
    }

    @Test func valuesOfSixtyFourBitsAreWhole() throws {
        #expect(try answer("value_of_wide", "enum wide { WIDE_A = 0x123456789abcdefULL } wide;") == 0x0123_4567_89AB_CDEF)
        #expect(try answer("value_of_wide", "enum wide { WIDE_A = 0xffffffffffffffffULL } wide;") == -1)
        #expect(try answer("value_of_wide", "enum wide { WIDE_A = 5 } wide;") == 5, "an enum of 32 bits will do")
        #expect(try answer("value_of_b", "enum kind { KIND_B = 0x8000000000ULL } kind;") == 0x80_0000_0000)
    }

    @Test func negativeValuesKeepTheirSign() throws {
        #expect(try answer("value_of_sign", "enum sign { SIGN_A = -300 } sign;") == -300)
        #expect(try answer("value_of_sign", "enum sign { SIGN_A = -0x123456789aLL } sign;") == -0x12_3456_789A)
        #expect(try answer("value_of_b", "enum kind { KIND_B = 0xfffffff0 } kind;") == 0xFFFF_FFF0)
    }

    @Test func severalTypesOfOneNameThatAgreeAreOne() throws {
        let kernel = """
            struct task { int pid; } task;
            struct task___2 { int pid; char more[8]; } task2;
            """
        #expect(try answer("has_pid", kernel) == 1)
    }

    @Test func severalTypesOfOneNameThatDisagreeAreRefused() throws {
        let types = try CompiledHalf.kernelTypes(
            """
            struct task { char x[4]; int state; } task;
            struct task___2 { char x[12]; int state; } task2;
            """)
        let error = try #require(throws: ObjectError.self) { try half.assemble("read_state", against: types) }
        #expect(error.description.contains("'read_state'"))
        #expect(error.description.contains("struct task___old.state"))
        #expect(error.description.contains("4 (4 bytes) and 12 (4 bytes)"))
    }
}
