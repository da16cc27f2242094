// SPDX-License-Identifier: Apache-2.0

/// Logs as kernels gave them, the old form and the new ones: of Linux 5.10, 6.1, 6.18 and 7.2, with the same programs.
enum VerifierTexts {
    /// A loop without a bound, of which the log kept its end: the reason stands in the line of the instruction.
    static let loopsTooOften618 = #"""
        8: (cd) if r2 s< r1 goto pc-4         ; R1=scalar(smin=umin=0x30d3f,umax=0x7fffffffffffffff,var_off=(0x0; 0x7fffffffffffffff)) R2=0x30d3e R10=fp0
        5: (bf) r4 = r2                       ; R2=0x30d3e R4=0x30d3e
        6: (db) lock *(u64 *)(r3 +0) += r4    ; R3=map_value(map=.bss,ks=4,vs=8) R4=0x30d3e
        7: (07) r2 += 1                       ; R2=0x30d3f
        8: (cd) if r2 s< r1 goto pc-4 BPF program is too large. Processed 1000001 insn
        verification time 2457098 usec
        stack depth 0
        processed 1000001 insns (limit 1000000) max_states_per_insn 4 total_states 10002 peak_states 10002 mark_read 0
        """#

    static let forgetsTheCheck510 = #"""
        Unrecognized arg#0 type PTR
        ; u32 key = context->args[0];
        0: (79) r1 = *(u64 *)(r1 +16)
        ; u32 key = context->args[0];
        1: (63) *(u32 *)(r10 -4) = r1
        2: (bf) r2 = r10
        3: (07) r2 += -4
        ; u64 *value = lookup(&counts, &key);
        4: (18) r1 = 0xffff888004988000
        6: (85) call bpf_map_lookup_elem#1
        ; return *value == 1;
        7: (79) r1 = *(u64 *)(r0 +0)
        R0 invalid mem access 'map_value_or_null'
        processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
        """#

    static let keepsTheRecord510 = #"""
        Unrecognized arg#0 type PTR
        ; TP keeps_the_record(struct tpctx *context) {
        0: (bf) r6 = r1
        ; u64 *record = reserve(&ring, 8, 0);
        1: (18) r1 = 0xffff888003ffa400
        3: (b7) r2 = 8
        4: (b7) r3 = 0
        5: (85) call bpf_ringbuf_reserve#131
        ; if (!record)
        6: (15) if r0 == 0x0 goto pc+7
         R0_w=mem(id=0,ref_obj_id=2,off=0,imm=0) R6_w=ctx(id=0,off=0,imm=0) R10=fp0 refs=2
        7: (b7) r1 = 1
        ; *record = 1;
        8: (7b) *(u64 *)(r0 +0) = r1
         R0_w=mem(id=0,ref_obj_id=2,off=0,imm=0) R1_w=inv1 R6_w=ctx(id=0,off=0,imm=0) R10=fp0 refs=2
        ; if (context->args[0] == 7)
        9: (79) r1 = *(u64 *)(r6 +16)
        ; if (context->args[0] == 7)
        10: (15) if r1 == 0x7 goto pc+3

        from 10 to 14: R0=mem(id=0,ref_obj_id=2,off=0,imm=0) R1=inv7 R6=ctx(id=0,off=0,imm=0) R10=fp0 refs=2
        14: (b4) w0 = 0
        15: (95) exit
        Unreleased reference id=2 alloc_insn=5
        processed 17 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 1
        """#

    static let failsInAFunction510 = #"""
        Unrecognized arg#0 type PTR
        ; TP fails_in_a_function(struct tpctx *context) {
        0: (bf) r6 = r1
        ; u32 key = context->args[0];
        1: (79) r1 = *(u64 *)(r6 +16)
        ; u32 key = context->args[0];
        2: (63) *(u32 *)(r10 -4) = r1
        3: (bf) r2 = r10
        4: (07) r2 += -4
        ; u64 *value = lookup(&counts, &key);
        5: (18) r1 = 0xffff888004989400
        7: (85) call bpf_map_lookup_elem#1
        ; return hands_on(context, value);
        8: (bf) r1 = r6
        9: (bf) r2 = r0
        10: (85) call pc+1
        Unrecognized arg#0 type PTR
        caller:
         R6_w=ctx(id=0,off=0,imm=0) R10=fp0 fp-8=mmmm????
        callee:
         frame1: R1_w=ctx(id=0,off=0,imm=0) R2_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R10=fp0
        ; static __attribute__((noinline)) u64 hands_on(struct tpctx *context, u64 *value) {
        12: (bf) r6 = r1
        ; return reads(value) + context->args[2];
        13: (bf) r1 = r2
        14: (85) call pc+4
        arg#0 type is not a struct
        Unrecognized arg#0 type PTR
        caller:
         frame1: R6_w=ctx(id=0,off=0,imm=0) R10=fp0
        callee:
         frame2: R1_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R2=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R10=fp0
        ; return *value;
        19: (79) r0 = *(u64 *)(r1 +0)
        R1 invalid mem access 'map_value_or_null'
        processed 14 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 1
        """#

    static let indexesUnbounded510 = #"""
        ; SEC("xdp") int indexes_unbounded(struct xdp_md *context) {
        0: (b4) w0 = 1
        ; u8 *end = (void *)(u64)context->data_end;
        1: (61) r2 = *(u32 *)(r1 +4)
        ; u8 *data = (void *)(u64)context->data;
        2: (61) r6 = *(u32 *)(r1 +0)
        ; if (data + 14 > end)
        3: (bf) r1 = r6
        4: (07) r1 += 14
        ; if (data + 14 > end)
        5: (2d) if r1 > r2 goto pc+13
         R0_w=inv1 R1_w=pkt(id=0,off=14,r=14,imm=0) R2_w=pkt_end(id=0,off=0,imm=0) R6_w=pkt(id=0,off=0,r=14,imm=0) R10=fp0
        ; u32 key = data[0];
        6: (71) r1 = *(u8 *)(r6 +0)
        ; u32 key = data[0];
        7: (63) *(u32 *)(r10 -4) = r1
        8: (bf) r2 = r10
        9: (07) r2 += -4
        ; u64 *value = lookup(&counts, &key);
        10: (18) r1 = 0xffff888003ffc400
        12: (85) call bpf_map_lookup_elem#1
        13: (b7) r1 = 14
        ; if (value)
        14: (15) if r0 == 0x0 goto pc+2
         R0=map_value(id=0,off=0,ks=4,vs=8,imm=0) R1_w=inv14 R6=pkt(id=0,off=0,r=14,imm=0) R10=fp0 fp-8=mmmm????
        ; index = *value;
        15: (79) r1 = *(u64 *)(r0 +0)
         R0=map_value(id=0,off=0,ks=4,vs=8,imm=0) R1_w=inv14 R6=pkt(id=0,off=0,r=14,imm=0) R10=fp0 fp-8=mmmm????
        ; return data[14 + index];
        16: (07) r1 += 14
        ; return data[14 + index];
        17: (0f) r6 += r1
        last_idx 17 first_idx 13
        regs=2 stack=0 before 16: (07) r1 += 14
        regs=2 stack=0 before 15: (79) r1 = *(u64 *)(r0 +0)
        math between pkt pointer and register with unbounded min value is not allowed
        processed 17 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 1
        """#

    static let readsOutsideTheValue510 = #"""
        Unrecognized arg#0 type PTR
        ; TP reads_outside_the_value(struct tpctx *context) {
        0: (b4) w6 = 0
        ; u32 key = 0;
        1: (63) *(u32 *)(r10 -4) = r6
        last_idx 1 first_idx 0
        regs=40 stack=0 before 0: (b4) w6 = 0
        2: (bf) r2 = r10
        3: (07) r2 += -4
        ; struct big *value = lookup(&table, &key);
        4: (18) r1 = 0xffff888003ffbe00
        6: (85) call bpf_map_lookup_elem#1
        ; if (!value)
        7: (15) if r0 == 0x0 goto pc+1
         R0_w=map_value(id=0,off=0,ks=4,vs=64,imm=0) R6_w=inv0 R10=fp0 fp-8=mmmm????
        ; return value->words[9];
        8: (79) r6 = *(u64 *)(r0 +72)
         R0_w=map_value(id=0,off=0,ks=4,vs=64,imm=0) R6_w=inv0 R10=fp0 fp-8=mmmm????
        invalid access to map value, value_size=64 off=72 size=8
        R0 min value is outside of the allowed memory range
        processed 8 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
        """#

    static let keepsTheRecord61 = #"""
        reg type unsupported for arg#0 function keeps_the_record#33
        0: R1=ctx(off=0,imm=0) R10=fp0
        ; TP keeps_the_record(struct tpctx *context) {
        0: (bf) r6 = r1                       ; R1=ctx(off=0,imm=0) R6_w=ctx(off=0,imm=0)
        ; u64 *record = reserve(&ring, 8, 0);
        1: (18) r1 = 0xffff888004501c00       ; R1_w=map_ptr(off=0,ks=0,vs=0,imm=0)
        3: (b7) r2 = 8                        ; R2_w=8
        4: (b7) r3 = 0                        ; R3_w=0
        5: (85) call bpf_ringbuf_reserve#131          ; R0_w=alloc_mem_or_null(id=2,ref_obj_id=2,off=0,imm=0) refs=2
        ; if (!record)
        6: (15) if r0 == 0x0 goto pc+7        ; R0_w=alloc_mem(ref_obj_id=2,off=0,imm=0) refs=2
        7: (b7) r1 = 1                        ; R1_w=1 refs=2
        ; *record = 1;
        8: (7b) *(u64 *)(r0 +0) = r1          ; R0_w=alloc_mem(ref_obj_id=2,off=0,imm=0) R1_w=1 refs=2
        ; if (context->args[0] == 7)
        9: (79) r1 = *(u64 *)(r6 +16)         ; R1=scalar() R6=ctx(off=0,imm=0) refs=2
        ; if (context->args[0] == 7)
        10: (15) if r1 == 0x7 goto pc+3 14: R0=alloc_mem(ref_obj_id=2,off=0,imm=0) R1=7 R6=ctx(off=0,imm=0) R10=fp0 refs=2
        14: (b4) w0 = 0                       ; R0_w=0 refs=2
        15: (95) exit
        Unreleased reference id=2 alloc_insn=5
        processed 17 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 1
        """#

    static let failsInAFunction61 = #"""
        reg type unsupported for arg#0 function fails_in_a_function#33
        0: R1=ctx(off=0,imm=0) R10=fp0
        ; TP fails_in_a_function(struct tpctx *context) {
        0: (bf) r6 = r1                       ; R1=ctx(off=0,imm=0) R6_w=ctx(off=0,imm=0)
        ; u32 key = context->args[0];
        1: (79) r1 = *(u64 *)(r6 +16)         ; R1_w=scalar() R6_w=ctx(off=0,imm=0)
        ; u32 key = context->args[0];
        2: (63) *(u32 *)(r10 -4) = r1         ; R1_w=scalar() R10=fp0 fp-8=mmmm????
        3: (bf) r2 = r10                      ; R2_w=fp0 R10=fp0
        4: (07) r2 += -4                      ; R2_w=fp-4
        ; u64 *value = lookup(&counts, &key);
        5: (18) r1 = 0xffff8880045cd800       ; R1_w=map_ptr(off=0,ks=4,vs=8,imm=0)
        7: (85) call bpf_map_lookup_elem#1    ; R0_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0)
        ; return hands_on(context, value);
        8: (bf) r1 = r6                       ; R1_w=ctx(off=0,imm=0) R6_w=ctx(off=0,imm=0)
        9: (bf) r2 = r0                       ; R0_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R2_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0)
        10: (85) call pc+1
        reg type unsupported for arg#0 function hands_on#35
        caller:
         R6_w=ctx(off=0,imm=0) R10=fp0 fp-8=mmmm????
        callee:
         frame1: R1_w=ctx(off=0,imm=0) R2_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R10=fp0
        12: frame1: R1=ctx(off=0,imm=0) R2=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R10=fp0
        ; static __attribute__((noinline)) u64 hands_on(struct tpctx *context, u64 *value) {
        12: (bf) r6 = r1                      ; frame1: R1=ctx(off=0,imm=0) R6_w=ctx(off=0,imm=0)
        ; return reads(value) + context->args[2];
        13: (bf) r1 = r2                      ; frame1: R1_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R2=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0)
        14: (85) call pc+4
        reg type unsupported for arg#0 function reads#37
        caller:
         frame1: R6_w=ctx(off=0,imm=0) R10=fp0
        callee:
         frame2: R1_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R2=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R10=fp0
        19: frame2: R1_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R2=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R10=fp0
        ; return *value;
        19: (79) r0 = *(u64 *)(r1 +0)
        R1 invalid mem access 'map_value_or_null'
        processed 14 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 1
        """#

    static let forgetsTheCheck618 = #"""
        0: R1=ctx() R10=fp0
        ; u32 key = context->args[0]; @ Wrong.bpf.c:5
        0: (79) r1 = *(u64 *)(r1 +16)         ; R1=scalar()
        1: (63) *(u32 *)(r10 -4) = r1         ; R1=scalar() R10=fp0 fp-8=mmmm????
        2: (bf) r2 = r10                      ; R2=fp0 R10=fp0
        3: (07) r2 += -4                      ; R2=fp-4
        ; u64 *value = lookup(&counts, &key); @ Wrong.bpf.c:6
        4: (18) r1 = 0xffff88810441ec00       ; R1=map_ptr(map=counts,ks=4,vs=8)
        6: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(id=1,map=counts,ks=4,vs=8)
        ; return *value == 1; @ Wrong.bpf.c:7
        7: (79) r1 = *(u64 *)(r0 +0)
        R0 invalid mem access 'map_value_or_null'
        processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
        """#

    static let keepsTheRecord618 = #"""
        0: R1=ctx() R10=fp0
        ; TP keeps_the_record(struct tpctx *context) { @ Wrong.bpf.c:10
        0: (bf) r6 = r1                       ; R1=ctx() R6=ctx()
        ; u64 *record = reserve(&ring, 8, 0); @ Wrong.bpf.c:11
        1: (18) r1 = 0xffff8881b398cc00       ; R1=map_ptr(map=ring,ks=0,vs=0)
        3: (b7) r2 = 8                        ; R2=8
        4: (b7) r3 = 0                        ; R3=0
        5: (85) call bpf_ringbuf_reserve#131          ; R0=ringbuf_mem_or_null(id=2,ref_obj_id=2,sz=8) refs=2
        ; if (!record) @ Wrong.bpf.c:12
        6: (15) if r0 == 0x0 goto pc+7        ; R0=ringbuf_mem(ref_obj_id=2,sz=8) refs=2
        7: (b7) r1 = 1                        ; R1=1 refs=2
        ; *record = 1; @ Wrong.bpf.c:14
        8: (7b) *(u64 *)(r0 +0) = r1          ; R0=ringbuf_mem(ref_obj_id=2,sz=8) R1=1 refs=2
        ; if (context->args[0] == 7) @ Wrong.bpf.c:15
        9: (79) r1 = *(u64 *)(r6 +16)         ; R1=scalar() R6=ctx() refs=2
        10: (15) if r1 == 0x7 goto pc+3 14: R0=ringbuf_mem(ref_obj_id=2,sz=8) R1=7 R6=ctx() R10=fp0 refs=2
        14: (b4) w0 = 0                       ; R0=0 refs=2
        15: (95) exit
        Unreleased reference id=2 alloc_insn=5
        BPF_EXIT instruction in main prog would lead to reference leak
        processed 17 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0
        """#

    static let failsInAFunction618 = #"""
        0: R1=ctx() R10=fp0
        ; TP fails_in_a_function(struct tpctx *context) { @ Wrong.bpf.c:27
        0: (bf) r6 = r1                       ; R1=ctx() R6=ctx()
        ; u32 key = context->args[0]; @ Wrong.bpf.c:28
        1: (79) r1 = *(u64 *)(r6 +16)         ; R1=scalar() R6=ctx()
        2: (63) *(u32 *)(r10 -4) = r1         ; R1=scalar() R10=fp0 fp-8=mmmm????
        3: (bf) r2 = r10                      ; R2=fp0 R10=fp0
        4: (07) r2 += -4                      ; R2=fp-4
        ; u64 *value = lookup(&counts, &key); @ Wrong.bpf.c:29
        5: (18) r1 = 0xffff888104418c00       ; R1=map_ptr(map=counts,ks=4,vs=8)
        7: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(id=1,map=counts,ks=4,vs=8)
        ; return hands_on(context, value); @ Wrong.bpf.c:30
        8: (bf) r1 = r6                       ; R1=ctx() R6=ctx()
        9: (bf) r2 = r0                       ; R0=map_value_or_null(id=1,map=counts,ks=4,vs=8) R2=map_value_or_null(id=1,map=counts,ks=4,vs=8)
        10: (85) call pc+1
        caller:
         R6=ctx() R10=fp0 fp-8=mmmm????
        callee:
         frame1: R1=ctx() R2=map_value_or_null(id=1,map=counts,ks=4,vs=8) R10=fp0
        12: frame1: R1=ctx() R2=map_value_or_null(id=1,map=counts,ks=4,vs=8) R10=fp0
        ; static __attribute__((noinline)) u64 hands_on(struct tpctx *context, u64 *value) { @ Wrong.bpf.c:24
        12: (bf) r6 = r1                      ; frame1: R1=ctx() R6=ctx()
        ; return reads(value) + context->args[2]; @ Wrong.bpf.c:25
        13: (bf) r1 = r2                      ; frame1: R1=map_value_or_null(id=1,map=counts,ks=4,vs=8) R2=map_value_or_null(id=1,map=counts,ks=4,vs=8)
        14: (85) call pc+4
        caller:
         frame1: R6=ctx() R10=fp0
        callee:
         frame2: R1=map_value_or_null(id=1,map=counts,ks=4,vs=8) R2=map_value_or_null(id=1,map=counts,ks=4,vs=8) R10=fp0
        19: frame2: R1=map_value_or_null(id=1,map=counts,ks=4,vs=8) R2=map_value_or_null(id=1,map=counts,ks=4,vs=8) R10=fp0
        ; return *value; @ Wrong.bpf.c:22
        19: (79) r0 = *(u64 *)(r1 +0)
        R1 invalid mem access 'map_value_or_null'
        processed 14 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0
        """#

    static let indexesUnbounded618 = #"""
        0: R1=ctx() R10=fp0
        ; SEC("xdp") int indexes_unbounded(struct xdp_md *context) { @ Wrong.bpf.c:33
        0: (b4) w0 = 1                        ; R0=1
        ; u8 *end = (void *)(u64)context->data_end; @ Wrong.bpf.c:35
        1: (61) r2 = *(u32 *)(r1 +4)          ; R1=ctx() R2=pkt_end()
        ; u8 *data = (void *)(u64)context->data; @ Wrong.bpf.c:34
        2: (61) r6 = *(u32 *)(r1 +0)          ; R1=ctx() R6=pkt(r=0)
        ; if (data + 14 > end) @ Wrong.bpf.c:37
        3: (bf) r1 = r6                       ; R1=pkt(r=0) R6=pkt(r=0)
        4: (07) r1 += 14                      ; R1=pkt(off=14,r=0)
        5: (2d) if r1 > r2 goto pc+13         ; R1=pkt(off=14,r=14) R2=pkt_end()
        ; u32 key = data[0]; @ Wrong.bpf.c:39
        6: (71) r1 = *(u8 *)(r6 +0)           ; R1=scalar(smin=smin32=0,smax=umax=smax32=umax32=255,var_off=(0x0; 0xff)) R6=pkt(r=14)
        7: (63) *(u32 *)(r10 -4) = r1         ; R1=scalar(smin=smin32=0,smax=umax=smax32=umax32=255,var_off=(0x0; 0xff)) R10=fp0 fp-8=mmmm????
        8: (bf) r2 = r10                      ; R2=fp0 R10=fp0
        9: (07) r2 += -4                      ; R2=fp-4
        ; u64 *value = lookup(&counts, &key); @ Wrong.bpf.c:40
        10: (18) r1 = 0xffff88810441e000      ; R1=map_ptr(map=counts,ks=4,vs=8)
        12: (85) call bpf_map_lookup_elem#1   ; R0=map_value_or_null(id=1,map=counts,ks=4,vs=8)
        13: (b7) r1 = 14                      ; R1=14
        ; if (value) @ Wrong.bpf.c:41
        14: (15) if r0 == 0x0 goto pc+2       ; R0=map_value(map=counts,ks=4,vs=8)
        ; index = *value; @ Wrong.bpf.c:42
        15: (79) r1 = *(u64 *)(r0 +0)         ; R0=map_value(map=counts,ks=4,vs=8) R1=scalar()
        ; return data[14 + index]; @ Wrong.bpf.c:43
        16: (07) r1 += 14                     ; R1=scalar()
        17: (0f) r6 += r1
        math between pkt pointer and register with unbounded min value is not allowed
        processed 17 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0
        """#

    static let jumpsAway618 = #"""
        jump out of range from insn 0 to 101
        processed 0 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
        """#

    static let neverEnds618 = #"""
        0: R1=ctx() R10=fp0
        ; TP never_ends(struct tpctx *context) { @ Wrong.bpf.c:50
        0: (b7) r1 = 0                        ; R1=0
        ; volatile u64 count = 0; @ Wrong.bpf.c:51
        1: (7b) *(u64 *)(r10 -8) = r1         ; R1=0 R10=fp0 fp-8=0
        ; while (count != 5) @ Wrong.bpf.c:52
        2: (79) r1 = *(u64 *)(r10 -8)         ; R1=0 R10=fp0 fp-8=0
        3: (15) if r1 == 0x5 goto pc+2        ; R1=0
        4: (79) r1 = *(u64 *)(r10 -8)         ; R1=0 R10=fp0 fp-8=0
        5: (55) if r1 != 0x5 goto pc-2        ; R1=0
        4: (79) r1 = *(u64 *)(r10 -8)         ; R1=0 R10=fp0 fp-8=0
        5: (55) if r1 != 0x5 goto pc-2        ; R1=0
        4: (79) r1 = *(u64 *)(r10 -8)
        infinite loop detected at insn 5
        cur state: R1=0 R10=fp0 fp-8=0
        old state: R1=P0 R10=fp0 fp-8=0
        processed 10 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0
        """#

    static let keepsTheRecord72 = #"""
        0: R1=ctx() R10=fp0
        ; TP keeps_the_record(struct tpctx *context) { @ Wrong.bpf.c:10
        0: (bf) r6 = r1                       ; R1=ctx() R6=ctx()
        ; u64 *record = reserve(&ring, 8, 0); @ Wrong.bpf.c:11
        1: (18) r1 = 0xffff8880052ce800       ; R1=map_ptr(map=ring,ks=0,vs=0)
        3: (b7) r2 = 8                        ; R2=8
        4: (b7) r3 = 0                        ; R3=0
        5: (85) call bpf_ringbuf_reserve#131          ; R0=ringbuf_mem_or_null(id=2,sz=8) refs=2
        ; if (!record) @ Wrong.bpf.c:12
        6: (15) if r0 == 0x0 goto pc+7        ; R0=ringbuf_mem(id=2,sz=8) refs=2
        7: (b7) r1 = 1                        ; R1=1 refs=2
        ; *record = 1; @ Wrong.bpf.c:14
        8: (7b) *(u64 *)(r0 +0) = r1          ; R0=ringbuf_mem(id=2,sz=8) R1=1 refs=2
        ; if (context->args[0] == 7) @ Wrong.bpf.c:15
        9: (79) r1 = *(u64 *)(r6 +16)         ; R1=scalar() refs=2
        10: (15) if r1 == 0x7 goto pc+3 14: R10=fp0 refs=2
        14: (b4) w0 = 0                       ; R0=0 refs=2
        15: (95) exit
        Unreleased reference id=2 alloc_insn=5
        BPF_EXIT instruction in main prog would lead to reference leak
        processed 17 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0
        """#

    static let failsInAFunction72 = #"""
        0: R1=ctx() R10=fp0
        ; TP fails_in_a_function(struct tpctx *context) { @ Wrong.bpf.c:27
        0: (bf) r6 = r1                       ; R1=ctx() R6=ctx()
        ; u32 key = context->args[0]; @ Wrong.bpf.c:28
        1: (79) r1 = *(u64 *)(r6 +16)         ; R1=scalar() R6=ctx()
        2: (63) *(u32 *)(r10 -4) = r1         ; R1=scalar() R10=fp0 fp-8=mmmm????
        3: (bf) r2 = r10                      ; R2=fp0 R10=fp0
        4: (07) r2 += -4                      ; R2=fp-4
        ; u64 *value = lookup(&counts, &key); @ Wrong.bpf.c:29
        5: (18) r1 = 0xffff888005fd2c00       ; R1=map_ptr(map=counts,ks=4,vs=8)
        7: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(id=1,map=counts,ks=4,vs=8)
        ; return hands_on(context, value); @ Wrong.bpf.c:30
        8: (bf) r1 = r6                       ; R1=ctx() R6=ctx()
        9: (bf) r2 = r0                       ; R2=map_value_or_null(id=1,map=counts,ks=4,vs=8)
        10: (85) call pc+1
        caller:
         R10=fp0
        callee:
         frame1: R1=ctx() R2=map_value_or_null(id=1,map=counts,ks=4,vs=8) R10=fp0
        12: frame1: R1=ctx() R2=map_value_or_null(id=1,map=counts,ks=4,vs=8) R10=fp0
        ; static __attribute__((noinline)) u64 hands_on(struct tpctx *context, u64 *value) { @ Wrong.bpf.c:24
        12: (bf) r6 = r1                      ; frame1: R1=ctx() R6=ctx()
        ; return reads(value) + context->args[2]; @ Wrong.bpf.c:25
        13: (bf) r1 = r2                      ; frame1: R1=map_value_or_null(id=1,map=counts,ks=4,vs=8) R2=map_value_or_null(id=1,map=counts,ks=4,vs=8)
        14: (85) call pc+4
        caller:
         frame1: R6=ctx() R10=fp0
        callee:
         frame2: R1=map_value_or_null(id=1,map=counts,ks=4,vs=8) R2=map_value_or_null(id=1,map=counts,ks=4,vs=8) R10=fp0
        19: frame2: R1=map_value_or_null(id=1,map=counts,ks=4,vs=8) R10=fp0
        ; return *value; @ Wrong.bpf.c:22
        19: (79) r0 = *(u64 *)(r1 +0)
        R1 invalid mem access 'map_value_or_null'
        processed 14 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0
        """#
}
