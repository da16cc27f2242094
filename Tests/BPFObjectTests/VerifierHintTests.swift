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
            ("dereference of modified ctx ptr R1 off=8 disallowed", "constant offsets"),
        ] as [(String, String)])
    func aCommonReasonIsExplained(reason: String, words: String) {
        #expect(hint(reason)?.contains(words) == true)
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
