// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Who is attached to a hook, as messages name it: a program or a map of the machine's, and its link where that was found.
struct Holder: Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing it is.
    enum Kind: String, Sendable, Hashable {
        case program, map
    }

    var kind = Kind.program
    /// The number by which the kernel knows it.
    let id: UInt32
    /// The first 15 bytes of its name; `nil` where it has none or this process may not ask.
    var name: String?
    /// The number of the link that holds it; `nil` where it has none or it was not found.
    var link: UInt32?

    init(_ kind: Kind = .program, id: UInt32, name: String? = nil, link: UInt32? = nil) {
        self.kind = kind
        self.id = id
        self.name = name
        self.link = link
    }

    /// A program of the machine's, with its name where this process may ask for it (CAP_SYS_ADMIN).
    static func program(_ id: UInt32, link: UInt32? = nil) -> Holder {
        var attributes = bpf_descriptor_by_id_attributes()
        attributes.id = id
        let number = bpf(.programDescriptorByID, &attributes)
        guard number >= 0 else { return Holder(id: id, link: link) }
        let descriptor = Descriptor(number)
        var information = bpf_program_information()
        guard objectInformation(of: descriptor.number, &information) >= 0 else { return Holder(id: id, link: link) }
        let name = withUnsafeBytes(of: &information.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return Holder(id: id, name: name.isEmpty ? nil : name, link: link)
    }

    /// Programs of the machine's, each with its link where it has exactly one of a kind (`enum bpf_link_type`).
    static func programs(_ identifiers: [UInt32], linkedAs kind: UInt32) -> [Holder] {
        let links = identifiers.isEmpty ? [] : KernelLinks.all(ofKind: kind) { identifiers.contains($0.prog_id) } ?? []
        return identifiers.map { id in
            let own = links.filter { $0.prog_id == id }
            return program(id, link: own.count == 1 ? own.first?.id : nil)
        }
    }

    /// `program 12 ('filter', link 5)`.
    var description: String {
        let more = [name.map { "'\($0)'" }, link.map { "link \($0)" }].compactMap { $0 }.joined(separator: ", ")
        return "\(kind.rawValue) \(id)\(more.isEmpty ? "" : " (\(more))")"
    }

    /// The most that a message names.
    private static let limit = 3

    /// Several as messages name them: `program 12 and program 13`; `nil` where there is none.
    static func text(_ holders: [Holder]) -> String? {
        guard let last = holders.last else { return nil }
        guard holders.count > 1 else { return last.description }
        let more = holders.count - limit
        let named = holders.prefix(limit).map(\.description)
        return more > 0 ? "\(named.joined(separator: ", ")) and \(more) more" : "\(named.dropLast().joined(separator: ", ")) and \(last)"
    }
}
