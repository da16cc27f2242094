// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import CLinux
import Glibc

extension LoadedObject {
    /// Has the kernel call a set of functions (`struct_ops`): by a link where the object's section is `.struct_ops.link` (Linux 6.4), else in the older form,
    /// an entry of the map (Linux 5.6). What registers it is in the kernel until the value goes.
    ///
    /// In the older form the kernel holds the map: where the process is killed, the set stays registered until the entry is taken out (`bpftool struct_ops
    /// unregister`).
    ///
    /// In the form of links, a set may be attached again when it has been detached.
    ///
    /// - Parameter name: the name of the variable that is the set.
    /// - Throws: ``EBPFError`` where there is no such set, or the kernel refuses it, as where one of that name is registered.
    public func attachStructOperations(_ name: String) throws(EBPFError) -> Link {
        let map = try map(name)
        let hook = Hook.structOperations(map: name)
        let operation = "attach \(hook)"
        guard map.type == .structOps else {
            throw EBPFError(.invalid, operation, cause: "map '\(name)' is a \(map.type)", remedy: "it takes a variable of section .struct_ops")
        }
        let (contents, isLinked) = try structOperations(name, for: operation)
        do {
            try map.update(index: 0, bytes: contents)
        } catch {
            // What a link has had before stays as it is: the kernel takes it no second time, and makes another link of it.
            if !(isLinked && error.errno == EBUSY) {
                guard let errno = error.errno, hook.isTaken(errno) else { throw error }
                throw EBPFError(.ofTakenHook(hook, errno: errno, Self.circumstances(of: map)), operation, errno: errno)
            }
        }
        guard isLinked else {
            return Link(hook: hook, .undone { _ = try? map.remove(UInt32(0)) })
        }
        var attributes = bpf_link_create_attributes()
        // In place of a program, the map.
        attributes.prog_fd = UInt32(bitPattern: map.descriptor.number)
        attributes.attach_type = AttachType.structOps.rawValue
        let number = bpf(creating: &attributes)
        guard number >= 0 else {
            if let failure = Failure.ofAttaching(.structOps, to: hook, errno: -number, Self.circumstances(of: map)) {
                throw EBPFError(failure, operation, errno: -number)
            }
            throw EBPFError(system: -number, operation, needs: [.bpf])
        }
        return Link(hook: hook, .link(SharedDescriptor(Descriptor(number))))
    }

    /// Who else may have the name: the machine's other sets, as far as this process may list maps. Which names they have, they do not tell.
    private static func circumstances(of map: Map) -> AttachCircumstances {
        var seen = AttachCircumstances(kernel: KernelVersion.running)
        let own = try? map.information().id
        var holders: [Holder] = []
        try? Map.forEachOfMachine { other, _ in
            if other.type == .structOps, other.id != own { holders.append(Holder(.map, id: other.id, name: other.name)) }
        }
        seen.holders = holders
        return seen
    }
}
