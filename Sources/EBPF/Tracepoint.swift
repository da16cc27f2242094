// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

extension Program {
    /// Attaches the program to a tracepoint, on every CPU and for every process.
    ///
    /// A link of the kernel is used from Linux 5.15 on, the older form of an event that carries the program before it (4.7).
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchTracepoint`` where the kernel has no such tracepoint, and with
    ///   ``EBPFError/Code/noTraceFileSystem`` where the kernel's list of them cannot be reached.
    public func attach(toTracepoint tracepoint: String, category: String) throws(EBPFError) -> Link {
        let operation = "attach program '\(name)' to tracepoint \(category)/\(tracepoint)"
        let id = try TraceFileSystem(for: operation).identifier(category: category, tracepoint: tracepoint, for: operation)
        var attributes = perf_event_attributes()
        attributes.type = 2  // PERF_TYPE_TRACEPOINT
        attributes.size = UInt32(MemoryLayout<perf_event_attributes>.size)
        attributes.config = id
        // One event suffices: the program hangs on the tracepoint itself, whichever CPU the event counts on.
        let number = linux_perf_event_open(&attributes, -1, Int32(clamping: CPUs.online.first ?? 0), -1, 1 << 3)  // PERF_FLAG_FD_CLOEXEC
        guard number >= 0 else { throw EBPFError(system: errno, operation, needs: [.perfmon]) }
        let event = Descriptor(number)
        if let link = createLink(to: event) {
            return Link(hook: .tracepoint(category: category, name: tracepoint), descriptor: link)
        }
        guard linux_ioctl(event.number, 0x4004_2408, UInt(descriptor.number)) == 0 else {  // PERF_EVENT_IOC_SET_BPF
            throw EBPFError(system: errno, operation, needs: [.perfmon])
        }
        return Link(hook: .tracepoint(category: category, name: tracepoint), descriptor: event)
    }

    /// A link that carries the program on an event; `nil` where the kernel has no such links.
    private func createLink(to event: borrowing Descriptor) -> Descriptor? {
        var attributes = bpf_link_create_attributes()
        attributes.prog_fd = UInt32(bitPattern: descriptor.number)
        attributes.target_fd = UInt32(bitPattern: event.number)
        attributes.attach_type = 41  // BPF_PERF_EVENT
        let number = bpf(.linkCreate, &attributes)
        return number >= 0 ? Descriptor(number) : nil
    }
}

/// Whether the running kernel has a tracepoint.
///
/// - Throws: ``EBPFError`` where the kernel's list of tracepoints cannot be reached.
public func tracepointExists(category: String, name: String) throws(EBPFError) -> Bool {
    let operation = "look for tracepoint \(category)/\(name)"
    do {
        _ = try TraceFileSystem(for: operation).identifier(category: category, tracepoint: name, for: operation)
        return true
    } catch {
        guard error.code == .noSuchTracepoint else { throw error }
        return false
    }
}
