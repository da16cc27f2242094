// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

/// A perf event that is to carry a program (`struct perf_event_attr`).
struct EventDescription {
    /// `PERF_TYPE_TRACEPOINT`.
    static let tracepoint: UInt32 = 2

    var type: UInt32
    var config: UInt64
    /// For probes of functions, the address of the name; for uprobes, of the path.
    var config1: UInt64 = 0
    /// For probes, the offset.
    var config2: UInt64 = 0
    /// After how many of what it counts the program runs, or how often in a second.
    var period: UInt64 = 0
    var isFrequency = false
    /// The process or thread that it counts for; -1 for all.
    var process: Int32 = -1
    /// The CPU on which it counts; -1 for all, which takes a process.
    var cpu = -1

    /// Opens the event on one CPU that is online, whichever that is.
    func openOnOneCPU() -> SharedDescriptor? {
        var event = self
        event.cpu = 0
        if let descriptor = event.open() { return descriptor }
        // That CPU 0 is not online is rare, and asking which are takes as long as the rest.
        let error = errno
        guard error == ENODEV, let other = try? CPUs.online().first, other != 0 else {
            errno = error
            return nil
        }
        event.cpu = other
        return event.open()
    }

    /// Opens the event, counting at once; `nil` with `errno` where the kernel refuses.
    func open() -> SharedDescriptor? {
        var attributes = perf_event_attributes()
        attributes.type = type
        attributes.size = UInt32(MemoryLayout<perf_event_attributes>.size)
        attributes.config = config
        attributes.config1 = config1
        attributes.config2 = config2
        attributes.sample_period = period
        attributes.flags = isFrequency ? 1 << 10 : 0
        let number = linux_perf_event_open(&attributes, process, Int32(clamping: cpu), -1, 1 << 3)  // PERF_FLAG_FD_CLOEXEC
        return number >= 0 ? SharedDescriptor(Descriptor(number)) : nil
    }
}

extension Program {
    /// Has an event carry the program: by a link of the kernel (Linux 5.15), or in the older form.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses, or a cookie is asked for that it cannot hand over.
    func attach(to event: SharedDescriptor, _ hook: Hook, cookie: UInt64?) throws(EBPFError) -> Link {
        let number = createLink(target: event.number, .perfEvent) { $0.perf_event.cookie = cookie ?? 0 }
        if number >= 0 { return Link(hook: hook, .link(SharedDescriptor(Descriptor(number)))) }
        if hook.isTaken(-number) { throw failure(attachingTo: hook, errno: -number) { Self.holders(of: event) } }
        guard cookie == nil || cookie == 0 else { throw failure(attachingTo: hook, errno: -number, asking: [.eventCookie]) }
        guard linux_ioctl(event.number, 0x4004_2408, UInt(descriptor.number)) == 0,  // PERF_EVENT_IOC_SET_BPF
            linux_ioctl(event.number, 0x2400, 0) == 0  // PERF_EVENT_IOC_ENABLE
        else {
            let error = errno
            if hook.isTaken(error) { throw failure(attachingTo: hook, errno: error) { Self.holders(of: event) } }
            // Of what the program reads, not of its rights: the event is open.
            if error == EACCES, case .tracepoint = hook { throw failure(attachingTo: hook, errno: error) }
            throw EBPFError(system: error, operation(attachingTo: hook), needs: [.perfmon])
        }
        return Link(hook: hook, .event(event))
    }

    /// The programs that a tracepoint's event has, all events of that tracepoint taken together (PERF_EVENT_IOC_QUERY_BPF, Linux 4.16); `nil` where the
    /// kernel does not say, as for other events.
    private static func holders(of event: SharedDescriptor) -> [Holder]? {
        // struct perf_event_query_bpf: room, count, numbers. There are at most BPF_TRACE_MAX_PROGS.
        let room: UInt32 = 64
        var words = [room, 0] + [UInt32](repeating: 0, count: Int(room))
        let status = words.withUnsafeMutableBytes { linux_ioctl(event.number, 0xC008_240A, UInt(bitPattern: $0.baseAddress)) }
        guard status == 0 else { return nil }
        return words.dropFirst(2).prefix(Int(min(words[1], room))).map { .program($0) }
    }
}
