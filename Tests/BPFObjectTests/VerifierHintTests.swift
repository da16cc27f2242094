// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import BPFObject
import Testing

/// What reasons of the verifier's mean in plain words.
struct VerifierHintTests {
    func hint(_ reason: String, kernel: KernelVersion? = nil, type: ProgramType? = nil) -> String? {
        VerifierLog(text: "0: (95) exit\n\(reason)\nprocessed 1 insns\n").hint(kernel: kernel, type: type)
    }

    @Test(
        arguments: [
            ("R0 invalid mem access 'map_value_or_null'", "compare what it returns with NULL"),
            ("R1 invalid mem access 'mem_or_null'", "may be NULL"),
            ("R1 invalid mem access 'trusted_ptr_or_null_'", "may be NULL"),
            ("R2 type=ringbuf_mem_or_null expected=ringbuf_mem", "may be NULL"),
            ("R1 invalid mem access 'scalar'", "bpf_probe_read_kernel"),
            ("R1 invalid mem access 'inv'", "bpf_probe_read_kernel"),
            ("invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0)", "data_end"),
            ("math between map_value pointer and register with unbounded min value is not allowed", "bound the number"),
            ("R2 unbounded memory access, use 'var &= const' or 'if (var < const)'", "bound the index"),
            ("R2 min value is negative, either use unsigned or 'var &= const'", "unsigned"),
            ("invalid access to map value, value_size=64 off=72 size=8", "outside of the value"),
            ("write into map forbidden, value_size=8 off=0 size=8", "before the object is loaded"),
            ("combined stack size of 2 calls is 640. Too large", "512 bytes"),
            ("invalid write to stack R10 off=-520 size=8", "512 bytes"),
            ("invalid indirect read from stack R2 off -8+0 size 8", "nothing was written to"),
            ("R0 !read_ok", "return a number"),
            ("R6 !read_ok", "never set"),
            ("At program exit the register R0 has value (0x11; 0x0) should have been in (0x0; 0x3)", "what its kind does not allow"),
            ("At program exit the register R0 has smin=17 smax=17 should have been in [0, 3]", "what its kind does not allow"),
            ("Unreleased reference id=2 alloc_insn=5", "given back"),
            ("arg 1 reference has not been acquired before", "only what a helper"),
            ("R1 type=scalar expected=ringbuf_mem", "bpf_ringbuf_reserve"),
            ("R1 type=inv expected=alloc_mem", "bpf_ringbuf_reserve"),
            ("back-edge from insn 8 to 2", "constant bound"),
            ("infinite loop detected at insn 2", "bpf_loop"),
            ("BPF program is too large. Processed 1000001 insn", "a million instructions"),
            ("The sequence of 8193 jumps is too complex.", "too many branches"),
            ("unreachable insn 2", "no way leads to"),
            ("jump out of range from insn 0 to 101", "leaves its function"),
            ("cannot call GPL-restricted function from non-GPL compatible program", "section \"license\""),
            ("invalid bpf_context access off=80 size=4", "no such field"),
            ("cannot pass map_type 1 into func bpf_ringbuf_reserve#131", "maps of this type"),
            ("R1 type=scalar expected=map_ptr", "is a map"),
            ("R2 type=inv expected=fp, pkt, pkt_meta, map_key, map_value", "an address in the stack"),
            ("arg#0 pointer to UNKNOWN must point to scalar, or struct with scalar", "global function"),
            ("Arg#0 type PTR in global() is not supported yet.", "Linux 5.12"),
            ("calling kernel function bpf_task_acquire is not allowed", "other kinds of programs"),
            ("helper call is not allowed in probe", "another kind of program"),
            ("helper call might sleep in a non-sleepable prog", "only sleepable programs"),
            ("sleepable helper bpf_copy_from_user#148 in non-sleepable prog", "only sleepable programs"),
            ("kernel func bpf_copy_from_user_str is sleepable within rcu_read_lock region", "only sleepable programs"),
            ("program must be sleepable to call sleepable kfunc bpf_copy_from_user_str", "only sleepable programs"),
            ("sleepable global function waits() called in lock region", "only sleepable programs"),
            ("global functions that may sleep are not allowed in non-sleepable context", "only sleepable programs"),
            ("tracing progs cannot use bpf_spin_lock yet", "no map with a lock"),
            ("map 'accounts' has to have BTF in order to use bpf_spin_lock", "not per CPU"),
            ("map 'accounts' has more than one 'struct bpf_spin_lock'", "one lock"),
            ("map 'accounts' doesn't have 'struct bpf_spin_lock'", "one lock as its member"),
            ("map 'accounts' has no valid bpf_spin_lock", "one lock as its member"),
            ("bpf_spin_unlock of different lock", "one lock at a time"),
            ("tracing progs cannot use bpf_timer yet", "no timers"),
            ("map 'sessions' has to have BTF in order to use bpf_timer", "not per CPU"),
            ("timer pointer in R1 map_uid=0 doesn't match map pointer in R2 map_uid=0", "another map"),
            ("R1 type=fp expected=map_value, ptr_", "a local variable is none"),
            ("Cannot access kernel 'struct task_struct' from non-GPL compatible program", "SPDX-License-Identifier"),
            ("LSM programs must have a GPL compatible license", "SPDX-License-Identifier"),
            ("dereference of modified ctx ptr R1 off=8 disallowed", "constant offsets"),
        ] as [(String, String)])
    func aCommonReasonIsExplained(reason: String, words: String) {
        #expect(hint(reason)?.contains(words) == true)
    }

    /// Logs of Linux 6.18, 6.1 and 5.10, the last of which tells little of registers, and of 6.18 one whose way branched off before.
    @Test(arguments: [
        """
        2: (61) r7 = *(u32 *)(r1 +0)          ; R1=ctx() R7=pkt(r=0)
        5: (2d) if r3 > r2 goto pc+6          ; R2=pkt_end() R3=pkt(off=14,r=14)
        7: (85) call bpf_xdp_adjust_head#44   ; R0=scalar()
        8: (55) if r0 != 0x0 goto pc+3        ; R0=0
        9: (69) r1 = *(u16 *)(r7 +12)
        R7 invalid mem access 'scalar'
        """,
        """
        2: (61) r7 = *(u32 *)(r1 +0)          ; R1=ctx(off=0,imm=0) R7_w=pkt(off=0,r=0,imm=0)
        3: (7b) *(u64 *)(r10 -16) = r7        ; R7_w=pkt(off=0,r=0,imm=0) R10=fp0 fp-16_w=pkt(off=0,r=0,imm=0)
        7: (85) call bpf_xdp_adjust_head#44   ; R0_w=scalar()
        8: (79) r3 = *(u64 *)(r10 -16)        ; R3_w=scalar() R10=fp0
        9: (bf) r1 = r3                       ; R1_w=scalar() R3_w=scalar()
        10: (69) r1 = *(u16 *)(r1 +12)
        R1 invalid mem access 'scalar'
        """,
        """
        4: (2d) if r3 > r2 goto pc+6
         R1=ctx(id=0,off=0,imm=0) R2=pkt_end(id=0,off=0,imm=0) R7=pkt(id=0,off=0,r=14,imm=0) R10=fp0
        5: (85) call bpf_xdp_adjust_head#44
        6: (55) if r0 != 0x0 goto pc+3
         R0=inv0 R7=inv(id=0) R10=fp0
        7: (69) r1 = *(u16 *)(r7 +12)
        R7 invalid mem access 'inv'
        """,
        """
        2: (61) r7 = *(u32 *)(r1 +0)          ; R1=ctx() R7=pkt(r=0)
        7: (85) call bpf_xdp_adjust_head#44   ; R0=scalar()
        8: (15) if r0 == 0x0 goto pc+3        ; R0=scalar()
        9: (b7) r7 = 0                        ; R7=0
        10: (b7) r0 = 0                       ; R0=0
        11: (95) exit

        from 8 to 12: R0=0 R7=scalar() R10=fp0
        12: (69) r1 = *(u16 *)(r7 +12)
        R7 invalid mem access 'scalar'
        """,
    ])
    func aPointerIntoAPacketThatWasMovedIsExplained(log: String) throws {
        let hint = try #require(VerifierLog(text: log + "\nprocessed 9 insns\n").hint())
        #expect(hint.contains("led into the packet before bpf_xdp_adjust_head"), "\(hint)")
        #expect(hint.contains("again behind the call"), "\(hint)")
    }

    @Test(arguments: [
        // It never was a pointer.
        """
        2: (61) r7 = *(u32 *)(r1 +8)          ; R1=ctx() R7=scalar()
        7: (85) call bpf_xdp_adjust_head#44   ; R0=scalar()
        9: (69) r1 = *(u16 *)(r7 +12)
        R7 invalid mem access 'scalar'
        """,
        // It is something else since.
        """
        2: (61) r7 = *(u32 *)(r1 +0)          ; R1=ctx() R7=pkt(r=0)
        7: (85) call bpf_xdp_adjust_head#44   ; R0=scalar()
        8: (b7) r7 = 7                        ; R7=7
        9: (69) r1 = *(u16 *)(r7 +12)
        R7 invalid mem access 'scalar'
        """,
        // Nothing was moved.
        """
        2: (61) r7 = *(u32 *)(r1 +0)          ; R1=ctx() R7=pkt(r=0)
        7: (85) call bpf_ktime_get_ns#5       ; R0=scalar()
        8: (b7) r7 = 7                        ; R7=7
        9: (69) r1 = *(u16 *)(r7 +12)
        R7 invalid mem access 'scalar'
        """,
    ])
    func aNumberThatNeverLedIntoAPacketIsExplainedAsSuch(log: String) throws {
        let hint = try #require(VerifierLog(text: log + "\nprocessed 9 insns\n").hint())
        #expect(hint.contains("bpf_probe_read_kernel"), "\(hint)")
    }

    @Test func aReasonThatIsNotKnownIsNotExplained() {
        #expect(hint("something that no kernel says") == nil)
        #expect(hint("") == nil)
    }

    @Test func aHelperThatTheKernelIsTooYoungForIsNamedWithItsRelease() throws {
        let reason = "unknown func bpf_loop#181"
        #expect(hint(reason, kernel: "5.10") == "bpf_loop appeared in Linux 5.17, this kernel is 5.10: leave the call out where the kernel is older")
        let other = try #require(hint(reason, kernel: "6.1", type: .tracepoint))
        #expect(other.hasPrefix("bpf_loop (Linux 5.17) may not be called by programs of type tracepoint here"))
        #expect(hint("program of this type cannot use helper bpf_skb_store_bytes#9")?.contains("bpf_skb_store_bytes (Linux 4.1)") == true)
        #expect(hint("unknown func bpf_probe_read_kernel#113", kernel: "6.1")?.contains("locked down") == true)
        #expect(hint("unknown func unknown#195896080")?.contains("no kernel has a helper of number 195896080") == true)
        #expect(hint("invalid func unknown#195896080")?.contains("195896080") == true)
        #expect(hint("unknown func bpf_loop#") == nil)
    }

    @Test func aPatternsPartsStandInTheirOrder() {
        #expect(VerifierHint.matches("a b c", "a*c"))
        #expect(!VerifierHint.matches("c b a", "a*c"))
        #expect(VerifierHint.matches("aab", "ab"))
        #expect(VerifierHint.matches("anything", "*"))
        #expect(!VerifierHint.matches("a", "aa"))
        #expect(!VerifierHint.matches("", "a"))
    }

    @Test func everyHintIsReached() {
        for hint in VerifierHint.table {
            let reason = hint.pattern.description.replacing("*", with: "x")
            let first = VerifierHint.table.first { VerifierHint.matches(reason[...], $0.pattern) }
            #expect(first?.text == hint.text, "an earlier pattern takes \(hint.pattern)")
        }
    }
}
