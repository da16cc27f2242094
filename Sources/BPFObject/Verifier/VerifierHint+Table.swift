// SPDX-License-Identifier: Apache-2.0

extension VerifierHint {
    private static let sleeping = "only sleepable programs may call it, outside of locks and RCU sections: \"fentry.s/...\", \"lsm.s/...\""

    private static let oneLock = "a program holds one lock at a time, calls nothing meanwhile, and gives it back on every way to the end"
    private static let license =
        "say so, in C in section \"license\" (\"GPL\", \"Dual MIT/GPL\"), in Swift in the first line (// SPDX-License-Identifier: GPL-2.0-only OR MIT)"

    private static let copied =
        "a number is used as an address: the kernel's memory is read through a KernelPointer, that of a process through a UserPointer, which copy what they lead to"
    private static let guarded = "guard index < count else { return }, or index & (count - 1)"
    private static let largeInSwift = "a program and the functions that it calls have 512 bytes together: move large variables into a PerCPUArrayMap"
    private static let boundedLoop =
        "give the loop a bound that is written there (for index in 0..<min(count, 64)), or use loop(_:_:) (Linux 5.17) or withNumbers(_:_:) (Linux 6.4)"

    /// The table of reasons: the first that fits counts. The words are those of `kernel/bpf/verifier.c`, from Linux 5.10 on.
    static let table: [VerifierHint] = [
        // Pointers that may be nothing.
        VerifierHint(
            "invalid mem access 'map_value_or_null'",
            "the look-up finds nothing where the key is absent: compare what it returns with NULL (nil) before it is used"),
        VerifierHint(
            "invalid mem access '*_or_null_*'",
            "the pointer may be NULL: compare it with NULL (nil) before it is used; a program in Swift takes an argument that may be so as a NullablePointer"
        ),
        VerifierHint(
            "invalid mem access '*_or_null'", "the pointer may be NULL: compare it with NULL (nil) before it is used"),
        VerifierHint(
            "expected=*_or_null", "the pointer may be NULL: compare it with NULL (nil) before it is handed on"),
        VerifierHint(
            "type=*_or_null expected=", "the pointer may be NULL: compare it with NULL (nil) before it is handed on"),
        VerifierHint(
            "Possibly NULL pointer passed", "the pointer may be NULL: compare it with NULL (nil) before it is handed on"),
        // Numbers that are taken for pointers.
        VerifierHint(
            "invalid mem access 'scalar'",
            "a number is used as an address: memory that the verifier does not know is read through a helper, bpf_probe_read_kernel or "
                + "bpf_probe_read_user, or BPF_CORE_READ",
            swift: copied),
        VerifierHint(
            "invalid mem access 'inv'",
            "a number is used as an address: memory that the verifier does not know is read through a helper, bpf_probe_read_kernel or "
                + "bpf_probe_read_user, or BPF_CORE_READ",
            swift: copied),
        VerifierHint(
            "invalid mem access 'ptr_'",
            "what the pointer leads to cannot be accessed like that: read it with bpf_probe_read_kernel or BPF_CORE_READ",
            swift: "what the pointer leads to cannot be accessed like that: read it through a KernelPointer, which copies (TrustedPointer.untrusted)"),
        VerifierHint("invalid mem access 'map_ptr'", "a map itself is not read or written: look a value of it up"),
        VerifierHint(
            "invalid mem access 'pkt_end'", "data_end only bounds the packet: compare with it, and read through a pointer that begins at data",
            swift: "the end of a packet only bounds it: read through what context.packet answers"),
        // Bounds.
        VerifierHint(
            "invalid access to packet, off=65535 ",
            "the loop goes on behind the 65,535 bytes up to which the verifier follows a pointer into a packet: count it to a constant bound",
            swift:
                "the loop goes on behind the 65,535 bytes up to which the verifier follows a packet: give it a bound, as for _ in 0..<64 { guard let byte = "
                + "packet.read(UInt8.self) else { break } }"),
        VerifierHint(
            "invalid access to packet",
            "compare with data_end first: if (pointer + size > data_end) return; and read through that same pointer",
            swift:
                "ask the packet for what is read (guard let header = packet.read(TCPHeader.self) else { return .pass }), and read through that pointer, not through "
                + "an address that is calculated from it"),
        VerifierHint(
            "math between * pointer and register with unbounded m",
            "bound the number before it is added to the pointer: if (index >= count) return; or index &= count - 1; as an unsigned number",
            swift: "bound the number before it is added to the pointer, as an unsigned one: \(guarded)"),
        VerifierHint(
            "unbounded memory access", "bound the index first: if (index >= count) return; or index &= count - 1",
            swift: "bound the index first: \(guarded)"),
        VerifierHint(
            "unbounded m", "bound the number first: if (number >= limit) return; or number &= limit - 1; as an unsigned number",
            swift: "bound the number first, as an unsigned one: \(guarded)"),
        VerifierHint(
            "min value is negative", "the number may be negative: make it unsigned, or return where it is below 0"),
        VerifierHint(
            "invalid access to map value",
            "the access lies outside of the value: bound the index by the value's size, or give the map larger values"),
        VerifierHint(
            "outside of the allowed memory range", "the access may lie outside of the memory: bound the index by its size"),
        VerifierHint(
            "invalid access to memory, mem_size=", "the access lies outside of the memory that was handed out: bound it by that size"),
        VerifierHint("R* invalid zero-sized read", "the size may be 0: return where it is"),
        VerifierHint("write into map forbidden", "the map is read-only for programs: constants are set before the object is loaded"),
        VerifierHint("read from map forbidden", "the map is write-only for programs"),
        // Stack.
        VerifierHint(
            "combined stack size",
            "a program and the functions that it calls have 512 bytes together: move large variables into a map of type percpu_array",
            swift: largeInSwift),
        VerifierHint(
            "stack limit", "a program and the functions that it calls have 512 bytes together: move large variables into a map of type percpu_array",
            swift: largeInSwift),
        VerifierHint(
            "invalid write to stack",
            "the stack has 512 bytes: move large variables into a map of type percpu_array, and bound what indexes an array",
            swift: "the stack has 512 bytes: move large variables into a PerCPUArrayMap, and bound what indexes an InlineArray: \(guarded)"),
        VerifierHint(
            "invalid indirect read from stack",
            "the helper reads bytes of the stack that nothing was written to: set the whole variable first, with the bytes between its members "
                + "(= {}, or memset)",
            swift:
                "the helper reads bytes of the stack that nothing was written to: set the whole variable first, and declare members for what lies between the others"
        ),
        VerifierHint("invalid read from stack", "bytes of the stack are read that nothing was written to: set the variable first"),
        VerifierHint("invalid stack type", "the stack has 512 bytes, of which the helper would reach others: check the size that it is given"),
        VerifierHint(
            "the call stack of * frames is too deep", "functions call each other at most 8 deep: make some of them inline",
            swift: "functions call each other at most 8 deep: leave out @inline(never) at some of them"),
        // Registers and results.
        VerifierHint(
            "R0 !read_ok", "the program or function ends without a result: return a number on every way through it"),
        VerifierHint(
            "!read_ok", "a value is used that was never set, or that a call has overwritten (R1 to R5): set it on every way that leads here"),
        VerifierHint(
            "At program exit the register R0", "the program returns what its kind does not allow: return one of the numbers that the reason names"),
        VerifierHint("At * the register R0 has", "the program returns what its kind does not allow: return one of the numbers that the reason names"),
        VerifierHint("cannot write into frame pointer", "register 10 is read-only"),
        VerifierHint("frame pointer is read only", "register 10 is read-only"),
        VerifierHint("leaks addr", "an address of the kernel must not reach user space or a map without CAP_PERFMON"),
        VerifierHint(
            "pointer arithmetic", "this pointer cannot be calculated with: copy what it leads to, or read through it with a constant offset"),
        VerifierHint("pointer operation prohibited", "addresses are not calculated with like that, unless the process has CAP_PERFMON"),
        VerifierHint("pointer comparison prohibited", "addresses are not compared, unless the process has CAP_PERFMON"),
        // References.
        VerifierHint(
            "Unreleased reference",
            "what was acquired must be given back on every way to the end: submit or discard the record, release the socket, task or object"),
        VerifierHint(
            "would lead to reference leak", "what was acquired must be given back on every way to the end, also where the program returns early"),
        VerifierHint(
            "reference has not been acquired", "only what a helper or kfunc has handed out can be released, once: compare it with NULL first"),
        VerifierHint(
            "must be referenced", "the function takes only what was acquired before, as with bpf_task_acquire, or what the context gives as trusted"),
        VerifierHint(
            "must be a rcu pointer", "read the pointer between bpf_rcu_read_lock and bpf_rcu_read_unlock, or acquire the object",
            swift: "read the pointer within withRCU { section in ... }, or hold the object (OwnedTask, OwnedCgroup)"),
        VerifierHint(
            "expected=ringbuf_mem", "only a record that bpf_ringbuf_reserve returned, once it was compared with NULL, can be submitted or discarded"),
        VerifierHint(
            "expected=alloc_mem", "only a record that bpf_ringbuf_reserve returned, once it was compared with NULL, can be submitted or discarded"),
        VerifierHint("lock is missing", "what the lock guards is reached only between bpf_spin_lock and bpf_spin_unlock"),
        VerifierHint(
            "cannot use bpf_spin_lock",
            "the kernel gives no map with a lock in its values to programs of this kind, which may interrupt who holds the lock: count with atomic "
                + "additions, or take a map of a type per CPU, or a program of another kind (tp_btf, fentry)"),
        VerifierHint(
            "has to have BTF in order to use bpf_spin_lock",
            "only hash maps, arrays and storages that are not per CPU have locks in their values, one in each: what a CPU has for itself needs no lock"
        ),
        VerifierHint("more than one 'struct bpf_spin_lock'", "a value has one lock: put what the other one guards into another map"),
        VerifierHint(
            "no valid bpf_spin_lock",
            "the value of a map is a structure that has one lock as its member, and is given to the helper where the lock lies"),
        VerifierHint(
            "doesn't have 'struct bpf_spin_lock'",
            "the value of a map is a structure that has one lock as its member; on older kernels the lock must not lie in a structure within it"),
        VerifierHint(
            "is not a struct type or bpf_spin_lock is mangled", "on older kernels a lock lies in a map's value, not in a global variable"),
        VerifierHint("bpf_spin_lock", oneLock),
        VerifierHint("bpf_spin_unlock", oneLock),
        // Timers.
        VerifierHint(
            "cannot use bpf_timer",
            "on this kernel, programs of tracepoints, kprobes and perf events have no timers (those of 6.18 have none, those of 7.2 do): use a program of "
                + "another kind (tp_btf, fentry, xdp, tc)"),
        VerifierHint(
            "has to have BTF in order to use bpf_timer", "only hash maps and arrays that are not per CPU have timers in their values, one in each"),
        VerifierHint(
            "timer pointer in R1 map_uid=",
            "the timer lies in the value of another map than the one that is passed: pass the map that it was looked up in"),
        VerifierHint(
            "type=fp expected=map_value",
            "the helper takes what lies in a map's value, such as a lock or a timer: look the value up, and use it there; a local variable is none"),
        // Loops and size.
        VerifierHint(
            "back-edge",
            "this kernel allows the loop only where it sees its end: give it a constant bound, unroll it (#pragma unroll), or use bpf_loop (Linux 5.17)",
            swift: "this kernel allows the loop only where it sees its end: \(boundedLoop)"),
        VerifierHint(
            "infinite loop",
            "the verifier sees no end of the loop: count it to a bound (for (i = 0; i < LIMIT; i++)), or use bpf_loop (Linux 5.17) or an "
                + "iterator (bpf_for, Linux 6.4)",
            swift: "the verifier sees no end of the loop: \(boundedLoop)"),
        VerifierHint("loop is not bounded", "count the loop to a constant bound, or use bpf_loop (Linux 5.17)", swift: boundedLoop),
        VerifierHint(
            "BPF program is too large",
            "the verifier gave up after a million instructions along all ways: make loops shorter, or use bpf_loop (Linux 5.17); make functions global "
                + "(not static), which are verified once; or split the program with tail calls",
            swift:
                "the verifier gave up after a million instructions along all ways: \(boundedLoop); functions that are public and say @inline(never) are verified once, and a "
                + "ProgramArray splits a program"),
        VerifierHint(
            "too many instructions", "the program is longer than the kernel allows: split it, with tail calls or global functions",
            swift: "the program is longer than the kernel allows: split it, with a ProgramArray, or functions that are public and say @inline(never)"),
        VerifierHint(
            "The sequence of * jumps is too complex",
            "too many branches wait to be visited: make loops with branches shorter, or use bpf_loop (Linux 5.17)",
            swift: "too many branches wait to be visited: \(boundedLoop)"),
        VerifierHint("unreachable insn", "code that no way leads to is refused: remove it, or return behind the call that never comes back"),
        VerifierHint("jump out of range", "a jump leaves its function: the object is damaged, or a section was taken apart"),
        VerifierHint("last insn is not an exit or jmp", "the program or function does not end with a return: return a number at its end"),
        VerifierHint(
            "unknown opcode", "this kernel does not know the instruction: compile for an older machine (-mcpu=v2 or v3)",
            swift:
                "this kernel does not know the instruction: what is atomic and answers something needs Linux 5.12, as fetchAdd(_:); add(_:) does not"),
        VerifierHint(
            "BPF_ATOMIC uses reserved fields", "fetching atomics need Linux 5.12: use __atomic_fetch_add without its result, compiled with -mcpu=v2",
            swift: "what is atomic and answers something needs Linux 5.12, as fetchAdd(_:): use add(_:)"),
        VerifierHint(
            "BPF_STX uses reserved fields", "atomics other than add need Linux 5.12: use __atomic_fetch_add without its result",
            swift: "atomics other than add(_:) need Linux 5.12"),
        VerifierHint("misaligned", "the address must be a multiple of the size: align the member, or read it in parts"),
        // What the kind of program and the licence allow.
        VerifierHint(
            "cannot call GPL-restricted function",
            "the helper is for programs under the GPL: " + license),
        VerifierHint("cannot call * from non-GPL compatible", "the function is for programs under the GPL: " + license),
        VerifierHint("Cannot access kernel * from non-GPL compatible", "the kernel's structures are for programs under the GPL: " + license),
        VerifierHint("must have a GPL compatible license", "the kind of program is for those under the GPL: " + license),
        VerifierHint(
            "invalid bpf_context access",
            "the kind of program has no such field in its context, or not of that size, or does not let it be written to"),
        VerifierHint("dereference of modified ctx ptr", "the context is read at constant offsets only: do not calculate with its address"),
        VerifierHint("cannot pass map_type", "the helper does not take maps of this type"),
        VerifierHint("helper call is not allowed in probe", "this kind of probe may not call the helper: use another kind of program"),
        // In the words of older kernels, and of those since 7.0.
        VerifierHint("helper call might sleep", sleeping),
        VerifierHint("sleepable helper", sleeping),
        VerifierHint("is sleepable within", sleeping),
        VerifierHint("must be sleepable to call sleepable kfunc", sleeping),
        VerifierHint("sleepable global function", sleeping),
        VerifierHint("global functions that may sleep are not allowed", sleeping),
        VerifierHint("sleepable program", "a program that may sleep cannot do this: take the s out of its section's name"),
        VerifierHint("calling kernel function * is not allowed", "the kernel offers this function to other kinds of programs"),
        VerifierHint("btf_vmlinux is malformed", "the kernel's own types are not usable: it was built with another pahole than it wants"),
        VerifierHint("kernel btf_id", "the kernel has no such function or type: compare the object with this kernel"),
        VerifierHint("attach_btf_id", "the kernel has nothing of that name that such a program can be attached to"),
        VerifierHint(
            "tail_calls are not allowed", "programs with functions of their own take tail calls from Linux 5.10 on, and only on some machines"),
        VerifierHint("tail_call abusive", "a tail call takes the context, a map of type prog_array, and an index"),
        // Arguments.
        VerifierHint("expected=map_ptr", "the helper's first argument is a map: a map's value or a number was handed in"),
        VerifierHint("type=* expected=fp", "the helper takes an address in the stack or in a map's value: copy the value into a variable first"),
        VerifierHint("type=scalar expected=", "the helper takes an address, and was given a number"),
        VerifierHint("type=inv expected=", "the helper takes an address, and was given a number"),
        VerifierHint("type=* expected=", "the helper does not take what it is given: see its signature"),
        VerifierHint(
            "Arg#* is not supported yet",
            "global functions take pointers from Linux 5.12 on: make the function static, or hand numbers in",
            swift: "global functions take pointers from Linux 5.12 on: leave out public, or hand numbers in"),
        VerifierHint(
            "arg#*",
            "a global function is verified by itself, with arguments of which nothing is known but their type: pass pointers to types of known "
                + "size, compare them with NULL there, or make the function static",
            swift:
                "a public function that says @inline(never) is verified by itself, with arguments of which nothing is known but their type: leave out public, or hand numbers in"
        ),
        VerifierHint("invalid variable-offset", "the offset must be a constant here, or bounded to the stack"),
        VerifierHint("variable * access", "the offset must be a constant here"),
    ]
}
