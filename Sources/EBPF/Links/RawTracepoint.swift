// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

extension Program {
    /// Attaches the program to a tracepoint whose arguments it takes as they are, on every CPU and for every process. Linux 4.17; for programs that may
    /// change what the tracepoint hands out (`raw_tp.w`), 5.2.
    ///
    /// The kernel finds the tracepoint by its name alone, without a category and without tracefs.
    ///
    /// - Parameter cookie: a number that the program sees as this attachment's (`bpf_get_attach_cookie`), Linux 6.10.
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchTracepoint`` where the kernel has no such tracepoint.
    public func attach(toRawTracepoint tracepoint: String, cookie: UInt64? = nil) throws(EBPFError) -> Link {
        let hook = Hook.rawTracepoint(name: tracepoint)
        try check([.rawTracepoint, .rawTracepointWritable], for: hook)
        let number = openRawTracepoint(tracepoint, cookie: cookie)
        guard number != -ENOENT else {
            throw EBPFError(
                .noSuchTracepoint, operation(attachingTo: hook),
                cause: "this kernel has no tracepoint '\(tracepoint)'\(TraceFileSystem.near(tracepoint))",
                remedy: "check the name in the program's section; the kernel's own are in /sys/kernel/tracing/available_events", errno: ENOENT)
        }
        return try link(hook, number, asking: (cookie ?? 0) == 0 ? [] : [.rawTracepointCookie])
    }

    /// Attaches the program where it was loaded to be attached: to the typed tracepoint, function or hook that its section named.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    func attachWhereLoaded(_ hook: Hook, cookie: UInt64?) throws(EBPFError) -> Link {
        guard let cookie, cookie != 0 else { return try link(hook, openRawTracepoint(nil, cookie: nil)) }
        var option = LaterOption.trampolineCookie
        if case .typedTracepoint = hook {
            option = .rawTracepointCookie
            // From Linux 5.19 on, kernels take it for programs in trampolines, and ignore it for these.
            guard !option.isMissing else { throw EBPFError(Failure(missing: option, kernel: .running), operation(attachingTo: hook), errno: EINVAL) }
        }
        return try link(
            hook, createLink(target: 0, attachType ?? AttachType(rawValue: 0)) { $0.tracing.cookie = cookie }, asking: [option])
    }

    /// Attaches a program to a tracepoint; without a name, to what it was loaded for. Answers a descriptor that detaches it when it is
    /// closed, or a negative errno.
    private func openRawTracepoint(_ tracepoint: String?, cookie: UInt64?) -> Int32 {
        withZeroTerminated(tracepoint ?? "") { text in
            var attributes = bpf_raw_tracepoint_open_attributes()
            attributes.name = tracepoint == nil ? 0 : text
            attributes.prog_fd = UInt32(bitPattern: descriptor.number)
            attributes.cookie = cookie ?? 0
            return bpf(.rawTracepointOpen, &attributes)
        }
    }
}
