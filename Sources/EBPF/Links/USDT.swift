// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Synchronization

extension Program {
    /// Attaches the program to a probe that a program or library declares (USDT), at all its places in the code, as compilers may have put it into several.
    ///
    /// Where the program declares a counter of those who trace the probe (its semaphore), the kernel counts this attachment, so that the probe's arguments
    /// are prepared as long as it lasts.
    ///
    /// Programs read the probe's arguments, and the cookie, by libbpf's `usdt.bpf.h` or by `ebpf/usdt.h`, which bring the maps by which they are told where
    /// arguments are. The program of an object without these maps reads none, and the cookie is the kernel's own (`bpf_get_attach_cookie`, Linux 5.15).
    ///
    /// Linux 4.20. One link of the kernel holds all places where that filters by process (Linux 6.10 and stable releases from 6.6 on) and the program's
    /// section is `usdt`, or the program was loaded for such links; before, each place has an event of its own. Before Linux 5.15 programs that read
    /// arguments of a position-independent program or of a library, which have another address in each process, can only be attached for one process.
    ///
    /// - Parameters:
    ///   - binary: a path, or a name that is found as the loader of programs finds it.
    ///   - provider: the first part of the probe's name.
    ///   - name: the second part of the probe's name.
    ///   - process: the process that is watched, in whose files the program or library is found; `nil` for all.
    ///   - cookie: a number that the program sees as this attachment's.
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchSymbol`` where the file declares no such probe, with near names; with
    ///   ``EBPFError/Code/unsupported`` where an argument has a form that is not known, which is named; with ``EBPFError/Code/busy`` where the object's map
    ///   of descriptions is full; and as ``attach(toUprobe:isReturn:cookie:)`` does.
    public func attach(
        toUSDT binary: String, provider: String, name: String, process: Int32? = nil, cookie: UInt64? = nil
    ) throws(EBPFError) -> Link {
        let hook = Hook.usdt(binary: binary, provider: provider, name: name)
        try check([.kprobe], for: hook)
        let operation = operation(attachingTo: hook)
        let found = try find(name, provider: provider, in: binary, process: process, for: operation)
        guard let descriptions else {
            let cookies = cookie.map { [UInt64](repeating: $0, count: found.places.count) } ?? []
            return try attach(toDeclared: found.places, hook, process: process, cookies: cookies)
        }
        let taken = try descriptions.take(found.wanted, cookie: cookie ?? 0, for: operation)
        let cookies = descriptions.areFoundByCookie ? taken.numbers.map { UInt64($0) } : []
        let link = try attach(toDeclared: found.places, hook, process: process, cookies: cookies)
        return Link(hook: hook, .usdt(USDTAttachment(link.attachment, taken)))
    }

    /// Finds the places of a probe, and what programs that read its arguments are to be told of each.
    ///
    /// The file is mapped no longer than that.
    private func find(
        _ name: String, provider: String, in binary: String, process: Int32?, for operation: String
    ) throws(EBPFError) -> (places: [ProbedPlace], wanted: [USDTDescriptions.Wanted]) {
        let file = try UserBinary(binary, process: process, for: operation)
        let declared = try file.places(ofProbe: name, provider: provider, for: operation)
        var wanted: [USDTDescriptions.Wanted] = []
        if let descriptions {
            for place in declared {
                let addresses = descriptions.areFoundByCookie ? [] : try file.addresses(of: place, process: process, for: operation)
                wanted.append(.init(arguments: try file.arguments(of: place.probe, for: operation), addresses: addresses))
            }
        }
        return (declared.map(\.place), wanted)
    }

    /// All places are in one file.
    private func attach(
        toDeclared places: [ProbedPlace], _ hook: Hook, process: Int32?, cookies: [UInt64]
    ) throws(EBPFError) -> Link {
        let path = places.first?.path ?? ""
        return switch attachType {
        case .traceUprobeMulti?: try attach(to: places, in: path, .entry, hook, process: process, cookies: cookies)
        case .traceUprobeSession?: try attach(to: places, in: path, .session, hook, process: process, cookies: cookies)
        default: try attach(toEach: places, hook, isReturn: false, process: process, cookies: cookies)
        }
    }
}

/// What keeps a program at the places of a probe, and what it is told of their arguments: that is taken back when the program is detached, not before.
final class USDTAttachment: Sendable {
    private let probes: Mutex<Attachment?>
    private let taken: USDTDescriptions.Taken

    init(_ probes: Attachment, _ taken: USDTDescriptions.Taken) {
        self.probes = Mutex(probes)
        self.taken = taken
    }

    /// The kernel's link, where it is one.
    var link: SharedDescriptor? { probes.withLock { $0?.link } }

    /// How the program is held at the probe's places.
    var form: Attachment.Form? { probes.withLock { $0?.form } }

    /// Has the program know the arguments as long as the object is loaded, for links that outlive their value.
    func keepDescriptions() { taken.keep() }

    deinit {
        // What is taken goes after this.
        probes.withLock { $0 = nil }
    }
}
