// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
public import BPFObject
import CLinux
import Glibc

extension Program {
    /// Attaches the program to a place in a program or library: to an instruction, or to where a function returns. Linux 4.17, by a link of the kernel
    /// since 5.15.
    ///
    /// - Parameters:
    ///   - target: the file and the place in it; with a process, that one alone is watched.
    ///   - isReturn: whether the program runs where the function returns (uretprobe).
    ///   - cookie: a number that the program sees as this attachment's (`bpf_get_attach_cookie`), Linux 5.15.
    /// - Throws: ``EBPFError`` where the file or the symbol is not there, with near names, or the kernel is built without uprobes.
    public func attach(toUprobe target: UserTarget, isReturn: Bool = false, cookie: UInt64? = nil) throws(EBPFError) -> Link {
        let hook = Hook.uprobe(binary: target.binary, place: target.placeDescription, isReturn: isReturn)
        try check([.kprobe], for: hook)
        let place = ProbedPlace(try target.resolve())
        // A program for many places at once is attached by that link, which takes one as well.
        if let session = attachType, session == .traceUprobeMulti || session == .traceUprobeSession {
            return try attach(
                to: [place], in: place.path, isReturn ? .exit : .entry, hook, process: target.process, cookies: cookie.map { [$0] } ?? [])
        }
        return try attach(to: place, hook, isReturn: isReturn, process: target.process, cookie: cookie)
    }

    /// Attaches the program to all functions of a program or library whose names match a pattern: by one link (Linux 6.6; sessions 6.13), or one by one where
    /// the kernel has no such links or the program was not loaded for them.
    ///
    /// - Parameters:
    ///   - binary: a path, or a name that is found as the loader of programs finds it.
    ///   - pattern: `*` stands for any characters, `?` for one.
    ///   - place: ``CodePlace/entry`` or ``CodePlace/exit``; for programs of sessions always ``CodePlace/session``.
    ///   - process: the process that is watched; `nil` for all.
    ///   - cookie: a number that the program sees as this attachment's, at each of the functions.
    /// - Throws: ``EBPFError`` where the file is not there, or nothing in it matches.
    public func attach(
        toUprobes binary: String, matching pattern: String, _ place: CodePlace = .entry, process: Int32? = nil, cookie: UInt64? = nil
    ) throws(EBPFError) -> Link {
        let place = attachType == .traceUprobeSession ? .session : place
        let hook = Hook.uprobes(binary: binary, pattern: pattern, place)
        try check(loadedFor: place, hook, many: .traceUprobeMulti, sessions: .traceUprobeSession, section: "uprobe")
        let found = try UserTarget.locations(in: binary, matching: pattern, process: process)
        return try attach(to: found, place, hook, process: process, cookies: cookie.map { [UInt64](repeating: $0, count: found.count) } ?? [])
    }

    /// Attaches the program to functions of a program or library, as ``attach(toUprobes:matching:_:process:cookie:)`` does.
    ///
    /// - Parameter symbols: the functions' names, each with the cookie that the program sees there.
    /// - Throws: ``EBPFError`` that names a function which the file does not have.
    public func attach(
        toUprobes binary: String, _ symbols: [(name: String, cookie: UInt64)], _ place: CodePlace = .entry, process: Int32? = nil
    ) throws(EBPFError) -> Link {
        let place = attachType == .traceUprobeSession ? .session : place
        let hook = Hook.uprobes(binary: binary, pattern: symbols.count == 1 ? symbols[0].name : "\(symbols.count) functions", place)
        try check(loadedFor: place, hook, many: .traceUprobeMulti, sessions: .traceUprobeSession, section: "uprobe")
        let found = try UserTarget.locations(in: binary, symbols: symbols.map(\.name), process: process)
        return try attach(to: found, place, hook, process: process, cookies: symbols.map(\.cookie))
    }

    private func attach(
        to found: [UserLocation], _ place: CodePlace, _ hook: Hook, process: Int32?, cookies: [UInt64]
    ) throws(EBPFError) -> Link {
        guard let path = found.first?.path else {
            throw EBPFError(.noSuchTarget, operation(attachingTo: hook), cause: "there is no function to attach to")
        }
        return try attach(to: found.map { ProbedPlace($0) }, in: path, place, hook, process: process, cookies: cookies)
    }

    /// Attaches the program to places of one file: by one link or, where the kernel has none or the program was not loaded for them and it is no session, by
    /// one event for each.
    func attach(
        to places: [ProbedPlace], in path: String, _ place: CodePlace, _ hook: Hook, process: Int32?, cookies: [UInt64]
    ) throws(EBPFError) -> Link {
        if attachType != nil {
            let number = createLink(to: places, in: path, place, process: process, cookies: cookies)
            if number >= 0 { return Link(hook: hook, .link(SharedDescriptor(Descriptor(number)))) }
            let hasLinks = KernelFeatures.running.support(ofLinks: .uprobeMulti).isYes
            guard number == -EINVAL || number == -EOPNOTSUPP, !hasLinks, place != .session else {
                throw failure(attachingTo: hook, errno: -number)
            }
        }
        return try attach(toEach: places, hook, isReturn: place == .exit, process: process, cookies: cookies)
    }

    /// Attaches the program to places of one file by one event for each.
    func attach(
        toEach places: [ProbedPlace], _ hook: Hook, isReturn: Bool, process: Int32?, cookies: [UInt64]
    ) throws(EBPFError) -> Link {
        var parts: [Attachment] = []
        for (index, one) in places.enumerated() {
            let cookie = cookies.indices.contains(index) ? cookies[index] : nil
            parts.append(try attach(to: one, hook, isReturn: isReturn, process: process, cookie: cookie).attachment)
        }
        guard parts.count == 1, let only = parts.first else { return Link(hook: hook, .several(parts)) }
        return Link(hook: hook, only)
    }

    private func createLink(to places: [ProbedPlace], in path: String, _ place: CodePlace, process: Int32?, cookies: [UInt64]) -> Int32 {
        let offsets = places.map(\.fileOffset)
        // Without any the kernel hands out 0 as well.
        let cookies = cookies.allSatisfy { $0 == 0 } ? [] : cookies
        let counters = places.contains { $0.referenceCounter != 0 } ? places.map(\.referenceCounter) : []
        return withZeroTerminated(path) { text in
            offsets.withUnsafeBytes { offsets in
                counters.withUnsafeBytes { counters in
                    cookies.withUnsafeBytes { cookies in
                        createLink(target: 0, attachType ?? .traceUprobeMulti) { details in
                            details.uprobe_multi.path = text
                            details.uprobe_multi.offsets = address(offsets.baseAddress)
                            details.uprobe_multi.reference_counter_offsets = counters.isEmpty ? 0 : address(counters.baseAddress)
                            details.uprobe_multi.cookies = cookies.isEmpty ? 0 : address(cookies.baseAddress)
                            details.uprobe_multi.count = UInt32(clamping: places.count)
                            details.uprobe_multi.flags = place == .exit ? 1 : 0  // BPF_F_UPROBE_MULTI_RETURN
                            details.uprobe_multi.process = UInt32(bitPattern: process ?? 0)
                        }
                    }
                }
            }
        }
    }

    /// Attaches the program to one place by an event.
    func attach(to place: ProbedPlace, _ hook: Hook, isReturn: Bool, process: Int32?, cookie: UInt64?) throws(EBPFError) -> Link {
        let operation = operation(attachingTo: hook)
        let source = try ProbeSource.find(.uprobe, for: operation) {
            EBPFError(
                .unsupported, operation, cause: "this kernel has no uprobes (CONFIG_UPROBE_EVENTS)", remedy: "use a kernel that is built with them")
        }
        guard place.referenceCounter <= UInt64(UInt32.max) else {
            throw EBPFError(
                .unsupported, operation,
                cause: "the counter of those who trace it is behind the first 4 GiB of \(place.path), where events cannot name it")
        }
        var event = EventDescription(type: source.type, config: isReturn ? source.returnBit : 0)
        event.config |= place.referenceCounter << ProbeSource.referenceCounterShift
        event.config2 = place.fileOffset
        event.process = process ?? -1
        let (descriptor, errno): (SharedDescriptor?, Int32) = withZeroTerminated(place.path) { text in
            event.config1 = text
            let descriptor = process == nil ? event.openOnOneCPU() : event.open()
            return (descriptor, Glibc.errno)
        }
        guard let descriptor else { throw failure(probing: place, hook, process: process, errno: errno) }
        return try attach(to: descriptor, hook, cookie: cookie)
    }

    private func failure(probing place: ProbedPlace, _ hook: Hook, process: Int32?, errno: Int32) -> EBPFError {
        let operation = operation(attachingTo: hook)
        switch errno {
        // Seen on Linux 6.18, of a process that had CAP_BPF and CAP_PERFMON alone.
        case EACCES where !Capability.systemAdministration.isEffective:
            return EBPFError(
                .permission, operation, cause: "the kernel asks more for probes of programs than this process may",
                remedy: "run it as root, or give it CAP_SYS_ADMIN as well", errno: errno)
        case ESRCH: return EBPFError(.noSuchTarget, operation, cause: "there is no process \(process ?? 0)", errno: errno)
        case EINVAL, ENOTSUP, EIO, Failure.notSupported:
            return EBPFError(
                .invalid, operation, cause: "the kernel does not probe offset 0x\(String(place.fileOffset, radix: 16)) of \(place.path)",
                remedy: "an instruction must begin there, of a kind that it can carry out elsewhere"
                    + (place.referenceCounter == 0 ? "" : ", and all that are attached there must name the same counter of those who trace"),
                errno: errno)
        default: return EBPFError(system: errno, operation, attempting: .openEvent(.probe))
        }
    }

    /// Hooks in programs and libraries, as a section's name says them.
    func attach(_ hook: Hook, toUserSpace options: AttachOptions) throws(EBPFError) -> Link {
        switch hook {
        case .uprobe(let binary, let place, let isReturn):
            let target = try UserTarget(parsing: "\(binary):\(place)", process: options.process)
            return try attach(toUprobe: target, isReturn: isReturn, cookie: options.cookie)
        case .uprobes(let binary, let pattern, let place):
            return try attach(toUprobes: binary, matching: pattern, place, process: options.process, cookie: options.cookie)
        case .usdt(let binary, let provider, let name):
            return try attach(toUSDT: binary, provider: provider, name: name, process: options.process, cookie: options.cookie)
        default:
            throw EBPFError(.invalid, operation(attachingTo: hook), cause: "it is no hook in a program or library")
        }
    }
}

/// A place of a file that is probed.
struct ProbedPlace: Sendable, Hashable {
    /// A path that this process can open.
    let path: String
    let fileOffset: UInt64
    /// Where the file has a counter of those who trace; 0 where it has none.
    var referenceCounter: UInt64 = 0
}

extension ProbedPlace {
    init(_ location: UserLocation) {
        self.init(path: location.path, fileOffset: location.fileOffset)
    }
}
