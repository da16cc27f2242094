// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Synchronization

/// How the programs of an object are told where the arguments of probes are (USDT): descriptions in a map of the object, each by its number.
///
/// The number is the cookie of an attachment, or is found by the address of the probe where the kernel has no cookies. Attachments with equal
/// descriptions share one; its number is given to another when the last of them has gone, the one that was free longest first, since a program may still
/// be running that has been told of it.
final class USDTDescriptions: Sendable {
    /// What a place needs to be told.
    struct Wanted {
        let arguments: [USDTArgument]
        /// The addresses by which it is found, where no cookies are.
        let addresses: [UInt64]
    }

    /// Whether programs find their description by the cookie of the attachment, as they have been told when they were loaded.
    let areFoundByCookie: Bool
    private let map: Map
    private let addressMap: Map?
    private let layout: Result<USDTLayout, ObjectError>
    private let state = Mutex(State())

    private struct State {
        /// Numbers of which none from this one on was given.
        var next: UInt32 = 0
        /// Numbers that were given back, in that order.
        var free: [UInt32] = []
        var numbers: [[UInt8]: (number: UInt32, uses: Int)] = [:]
        var addresses: [UInt64: (number: UInt32, uses: Int)] = [:]
    }

    /// - Parameter maps: those of the object, in its order.
    /// - Returns: `nil` where the object has no map of descriptions.
    init?(of object: ObjectFile, _ maps: [Map?]) {
        guard let index = object.maps.firstIndex(where: { $0.name == USDTLayout.mapName }), maps.indices.contains(index), let map = maps[index],
            map.type == .array, map.keySize == 4
        else { return nil }
        self.map = map
        addressMap = zip(object.maps, maps).first { $0.0.name == USDTLayout.addressMapName }?.1
        let definition = object.maps[index]
        layout = Result { () throws(ObjectError) in try USDTLayout(of: definition, types: object.btf) }
        areFoundByCookie = Self.findsByCookie(object)
    }

    /// What the object was told of the kernel, or what would be said.
    private static func findsByCookie(_ object: ObjectFile) -> Bool {
        guard let variable = object.configurationVariables.first(where: { $0.name == "LINUX_HAS_BPF_COOKIE" }),
            let contents = object.maps.first(where: { $0.isKernelConfiguration })?.contents, contents.indices.contains(variable.offset)
        else { return KernelFeatures.running.hasAttachCookies ?? true }
        return contents[variable.offset] != 0
    }

    /// Takes a description for each of these, and enters what programs are to be told.
    ///
    /// - Throws: ``EBPFError`` where an argument does not fit, or a map is full.
    func take(_ wanted: [Wanted], cookie: UInt64, for operation: String) throws(EBPFError) -> Taken {
        var all: [[UInt8]] = []
        do {
            let layout = try layout.get()
            for one in wanted { all.append(try layout.bytes(for: one.arguments, cookie: cookie)) }
        } catch { throw EBPFError(.unsupported, operation, cause: error.reason) }
        let taken = Taken(self)
        for (description, one) in zip(all, wanted) {
            taken.add(try state.withLock { state throws(EBPFError) in try number(of: description, &state, for: operation) }, description)
            guard let number = taken.numbers.last else { continue }
            for address in one.addresses {
                try state.withLock { state throws(EBPFError) in try enter(address, number, &state, for: operation) }
                taken.add(address)
            }
        }
        return taken
    }

    private func number(of description: [UInt8], _ state: inout State, for operation: String) throws(EBPFError) -> UInt32 {
        if let known = state.numbers[description] {
            state.numbers[description] = (known.number, known.uses + 1)
            return known.number
        }
        let isFresh = Int(state.next) < map.maxEntries
        guard let number = isFresh ? state.next : state.free.first else {
            throw EBPFError(
                .busy, operation, cause: "map '\(map.name)' has no room for more than \(map.maxEntries) descriptions of arguments",
                remedy: "raise its number of entries before the object is loaded, or detach others")
        }
        try map.update(index: number, bytes: description)
        if isFresh { state.next += 1 } else { state.free.removeFirst() }
        state.numbers[description] = (number, 1)
        return number
    }

    private func enter(_ address: UInt64, _ number: UInt32, _ state: inout State, for operation: String) throws(EBPFError) {
        if let known = state.addresses[address] {
            guard known.number == number else {
                throw EBPFError(
                    .busy, operation,
                    cause:
                        "another program of the object is attached there with another cookie, and this kernel (before Linux 5.15) has one for each place",
                    remedy: "give both the same cookie, or detach that one first")
            }
            state.addresses[address] = (number, known.uses + 1)
            return
        }
        guard let addressMap else {
            throw EBPFError(
                .unsupported, operation,
                cause: "this kernel hands no cookie to programs of probes (that came with Linux 5.15), and the object has no map "
                    + "'\(USDTLayout.addressMapName)' by which arguments are found instead",
                remedy: "compile it against libbpf's usdt.bpf.h or <ebpf/usdt.h>, or use a newer kernel")
        }
        try addressMap.update(address, to: number)
        state.addresses[address] = (number, 1)
    }

    fileprivate func giveBack(_ descriptions: [[UInt8]], _ addresses: [UInt64]) {
        state.withLock { state in
            for address in addresses {
                guard let known = state.addresses[address] else { continue }
                state.addresses[address] = known.uses > 1 ? (known.number, known.uses - 1) : nil
                if known.uses <= 1 { _ = try? addressMap?.remove(address) }
            }
            for description in descriptions {
                guard let known = state.numbers[description] else { continue }
                state.numbers[description] = known.uses > 1 ? (known.number, known.uses - 1) : nil
                if known.uses <= 1 { state.free.append(known.number) }
            }
        }
    }
}

extension USDTDescriptions {
    /// What an attachment has taken; given back when it goes.
    final class Taken: Sendable {
        private let owner: USDTDescriptions
        private let parts = Mutex(Parts())

        private struct Parts {
            var numbers: [UInt32] = []
            var descriptions: [[UInt8]] = []
            var addresses: [UInt64] = []
        }

        fileprivate init(_ owner: USDTDescriptions) {
            self.owner = owner
        }

        /// The number of each place's description.
        var numbers: [UInt32] { parts.withLock { $0.numbers } }

        fileprivate func add(_ number: UInt32, _ description: [UInt8]) {
            parts.withLock { parts in
                parts.numbers.append(number)
                parts.descriptions.append(description)
            }
        }

        fileprivate func add(_ address: UInt64) {
            parts.withLock { $0.addresses.append(address) }
        }

        /// Leaves everything as it is for good.
        func keep() {
            parts.withLock { $0 = Parts() }
        }

        deinit {
            let parts = parts.withLock { $0 }
            owner.giveBack(parts.descriptions, parts.addresses)
        }
    }
}
