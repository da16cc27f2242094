// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Glibc

extension Program {
    /// Attaches the program to a function of the kernel: to where it begins, to an instruction behind that, or to where it returns. Linux 4.17, by a link of
    /// the kernel since 5.15.
    ///
    /// - Parameters:
    ///   - function: the function's name, as `/proc/kallsyms` has it.
    ///   - offset: bytes from its beginning to the instruction, which must begin there.
    ///   - isReturn: whether the program runs where the function returns (kretprobe); an offset is not possible then.
    ///   - cookie: a number that the program sees as this attachment's (`bpf_get_attach_cookie`), Linux 5.15.
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchTarget`` where the kernel has no such function, with the nearest names, and with
    ///   ``EBPFError/Code/unsupported`` where it is built without kprobes, with a tracepoint that may serve.
    public func attach(
        toKprobe function: String, offset: UInt64 = 0, isReturn: Bool = false, cookie: UInt64? = nil
    ) throws(EBPFError) -> Link {
        let hook = Hook.kprobe(function: function, offset: offset, isReturn: isReturn)
        try check([.kprobe], for: hook)
        let source = try kprobeSource(for: hook, function, isReturn: isReturn)
        return try attach(to: function, offset: offset, hook, isReturn: isReturn, cookie: cookie, from: source)
    }

    /// Where events for functions of the kernel come from.
    ///
    /// - Throws: ``EBPFError`` where the kernel is built without, with a tracepoint that may serve instead of the function.
    func kprobeSource(for hook: Hook, _ function: String, isReturn: Bool) throws(EBPFError) -> ProbeSource {
        let operation = operation(attachingTo: hook)
        return try ProbeSource.find(.kprobe, for: operation) { Self.withoutKprobes(function, isReturn: isReturn, operation) }
    }

    /// Attaches the program to one place of the kernel by an event.
    func attach(
        to function: String, offset: UInt64 = 0, _ hook: Hook, isReturn: Bool, cookie: UInt64?, from source: ProbeSource
    ) throws(EBPFError) -> Link {
        var event = EventDescription(type: source.type, config: isReturn ? source.returnBit : 0)
        event.config2 = offset
        let (descriptor, errno): (SharedDescriptor?, Int32) = withZeroTerminated(function) { text in
            event.config1 = text
            let descriptor = event.openOnOneCPU()
            return (descriptor, Glibc.errno)
        }
        guard let descriptor else { throw failure(probing: function, hook, errno: errno) }
        return try attach(to: descriptor, hook, cookie: cookie)
    }

    /// Attaches the program to a system call by the name that people know it by: to where the kernel begins with it, or returns from it.
    ///
    /// The kernel's function for `openat` is `__x64_sys_openat` on x86-64 (Linux 4.17), and of a like name elsewhere.
    ///
    /// - Throws: ``EBPFError`` as for ``attach(toKprobe:offset:isReturn:cookie:)``.
    public func attach(toSystemCall name: String, isReturn: Bool = false, cookie: UInt64? = nil) throws(EBPFError) -> Link {
        let link = try attach(toKprobe: Self.functionPrefix + name, isReturn: isReturn, cookie: cookie)
        return Link(hook: .systemCall(name: name, isReturn: isReturn), link.attachment)
    }

    /// What the names of the functions for system calls begin with (`arch_syscall_prefix` of the kernel's `syscall_wrapper.h`).
    static var functionPrefix: String {
        #if arch(x86_64)
            "__x64_sys_"
        #elseif arch(arm64)
            "__arm64_sys_"
        #else
            "sys_"
        #endif
    }

    private func failure(probing function: String, _ hook: Hook, errno: Int32) -> EBPFError {
        let operation = operation(attachingTo: hook)
        switch errno {
        case ENOENT, EADDRNOTAVAIL, EINVAL:
            guard let names = try? KernelSymbolNames.running() else { break }
            guard names.contains(function) else {
                let near = names.near(function)
                return EBPFError(
                    .noSuchTarget, operation,
                    cause: "this kernel has no function '\(function)'\(near.isEmpty ? "" : "; it has \(near.joined(separator: ", "))")",
                    remedy: "check the name against /proc/kallsyms; what compilers inline or kernels name otherwise cannot be attached to",
                    errno: errno)
            }
            return EBPFError(
                .noSuchTarget, operation, cause: "the kernel does not let this place of '\(function)' be probed",
                remedy:
                    "it may be forbidden (/sys/kernel/debug/kprobes/blacklist), several functions may have the name, or no instruction begin there",
                errno: errno)
        case EMFILE, ENFILE:
            return EBPFError(
                .system, operation, cause: "\(Failure.text(of: errno)): each function takes a descriptor here",
                remedy: "raise the limit (ulimit -n), or attach to fewer functions", errno: errno)
        default: break
        }
        return EBPFError(system: errno, operation, attempting: .openEvent(.probe))
    }

    /// Says that the kernel is built without kprobes, and which of its tracepoints may serve instead of a function, or of those that match a pattern.
    static func withoutKprobes(_ function: String, isReturn: Bool, _ operation: String) -> EBPFError {
        let events = (try? TraceFileSystem(for: "look for tracepoints").lines(of: "available_events")) ?? []
        let tracepoint = TracepointAdvice.tracepoint(for: function, isReturn: isReturn, among: events)
        let trampoline = isReturn ? "fexit" : "fentry"
        return EBPFError(
            .unsupported, operation, cause: "this kernel has no kprobes (CONFIG_KPROBES)",
            remedy: "attach to \(tracepoint ?? "a tracepoint (/sys/kernel/tracing/available_events) or, where it has trampolines, by \(trampoline)")"
                + " instead")
    }
}
