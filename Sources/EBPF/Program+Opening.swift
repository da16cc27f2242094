// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

/// Programs that are loaded already, by this process or another.
extension Program {
    /// Opens a program of the machine's by its number, as ``Link/information()`` tells it. Linux 4.13; it takes CAP_SYS_ADMIN.
    ///
    /// The kernel tells its name, of which it keeps 15 bytes, and its kind, but not what it was loaded to be attached to: ``attachType`` and ``hook`` are
    /// `nil`. It can be named in a ``LinkOrder`` and given to ``Link/update(to:replacing:)``, run, and attached where the attach type is no choice.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchTarget`` where there is none with that number, or where this process may not.
    public init(id: UInt32) throws(EBPFError) {
        let operation = "open program \(id)"
        var attributes = bpf_descriptor_by_id_attributes()
        attributes.id = id
        let number = bpf(.programDescriptorByID, &attributes)
        guard number >= 0 else {
            guard number != -ENOENT else {
                throw EBPFError(
                    .noSuchTarget, operation, cause: "the kernel has no program of that number",
                    remedy: "a link's information() tells the number of the program that it calls", errno: ENOENT)
            }
            throw EBPFError(system: -number, operation, attempting: .findByNumber)
        }
        try self.init(SharedDescriptor(Descriptor(number)), operation)
    }

    /// Opens the program that is pinned at a path of a BPF file system. Linux 4.4.
    ///
    /// What the kernel does not tell is missing, as in ``init(id:)``.
    ///
    /// - Throws: ``EBPFError`` where nothing is pinned there, it is no program, or this process may not open it.
    public init(pinnedAt path: String) throws(EBPFError) {
        let operation = "open the program pinned at \(path)"
        let number = PinnedObject.open(path)
        guard number >= 0 else { throw EBPFError(openingPin: path, errno: -number, operation) }
        let descriptor = SharedDescriptor(Descriptor(number))
        guard [.known(.program), .unknown].contains(DescriptorKind.of(number)) else {
            throw EBPFError(.invalid, operation, cause: "what is pinned there is no program", remedy: "open it as what it is: a map or a link")
        }
        try self.init(descriptor, operation)
    }

    private init(_ descriptor: SharedDescriptor, _ operation: String) throws(EBPFError) {
        var information = bpf_program_information()
        let status = objectInformation(of: descriptor.number, &information)
        guard status >= 0 else { throw EBPFError(system: -status, operation, needs: [.bpf]) }
        let name = withUnsafeBytes(of: &information.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        self.init(name: name, type: ProgramType(rawValue: information.type), attachType: nil, hook: nil, descriptor: descriptor)
    }

    /// Pins the program at a path of a BPF file system, where it outlives this process; it is attached as long as links to it are. Linux 4.4.
    ///
    /// - Throws: ``EBPFError`` where something stands there, or the directory is in no BPF file system.
    public func pin(at path: String) throws(EBPFError) {
        let status = PinnedObject.pin(descriptor.number, at: path)
        guard status >= 0 else { throw EBPFError(pinning: path, errno: -status, "pin program '\(name)' at \(path)") }
    }

    /// Removes a pin; the program stays as long as somebody has it, or it is attached by a link.
    ///
    /// - Throws: ``EBPFError`` where nothing is pinned there, another program is, or it cannot be removed.
    public func unpin(from path: String) throws(EBPFError) {
        let operation = "unpin program '\(name)' from \(path)"
        let pinned = try Program(pinnedAt: path)
        guard try pinned.information().id == information().id else {
            throw EBPFError(
                .invalid, operation, cause: "program '\(pinned.name)' (\(pinned.type)) is pinned there", remedy: "unpin that, or give the right path")
        }
        guard unlink(path) == 0 else { throw EBPFError(system: errno, operation) }
    }
}
