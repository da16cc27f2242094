// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

extension Program {
    /// Attaches the program to a tracepoint, on every CPU and for every process.
    ///
    /// A link of the kernel is used from Linux 5.15 on, the older form of an event that carries the program before it (4.7).
    ///
    /// - Parameter cookie: a number that the program sees as this attachment's (`bpf_get_attach_cookie`), Linux 5.15.
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchTracepoint`` where the kernel has no such tracepoint, and with
    ///   ``EBPFError/Code/noTraceFileSystem`` where the kernel's list of them cannot be reached.
    public func attach(toTracepoint tracepoint: String, category: String, cookie: UInt64? = nil) throws(EBPFError) -> Link {
        let hook = Hook.tracepoint(category: category, name: tracepoint)
        let operation = operation(attachingTo: hook)
        try check([.tracepoint], for: hook)
        let id = try TraceFileSystem(for: operation).identifier(category: category, tracepoint: tracepoint, for: operation)
        // One event suffices: the program hangs on the tracepoint itself, whichever CPU the event counts on.
        let event = EventDescription(type: EventDescription.tracepoint, config: id)
        guard let descriptor = event.openOnOneCPU() else { throw EBPFError(system: errno, operation, attempting: .openEvent(.tracepoint)) }
        return try attach(to: descriptor, hook, cookie: cookie)
    }

    /// Attaches the program to the tracepoint that its section names, as ``attach(toTracepoint:category:cookie:)`` does.
    ///
    /// - Throws: ``EBPFError`` also where the section names no tracepoint.
    public func attachToTracepoint(cookie: UInt64? = nil) throws(EBPFError) -> Link {
        guard case .tracepoint(let category, let tracepoint) = hook else {
            throw EBPFError(
                .invalid, "attach program '\(name)' (\(type)) to a tracepoint", cause: "its section names none",
                remedy: "name it there, as 'tracepoint/CATEGORY/NAME', or use attach(), which attaches to what the section names")
        }
        return try attach(toTracepoint: tracepoint, category: category, cookie: cookie)
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
