// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import CLinux
import Glibc

extension Program {
    /// Has the program see what is sent on the sockets of a map, or received on them (`sk_msg`, `sk_skb`): by a link (Linux 6.10), or in the older form.
    ///
    /// A socket takes the map's programs when it is put into the map, and keeps them until it is taken out or closed (`sock_map_link` of
    /// `net/core/sock_map.c`). So attach first, and put sockets in then: the program does not see those that were there before, unless they are taken
    /// out and put in again. And detaching ends it for sockets that come later: to end it for the others as well, take them out of the map.
    ///
    /// Kernels put a program in the place of one that has no link, without a word. So who is attached is asked first, which kernels before 5.18 do not
    /// tell: there, the program takes the place of another one.
    ///
    /// - Parameter map: a map of type `sockmap` or `sockhash`.
    /// - Throws: ``EBPFError`` where it is another map, or another program is attached to it (Linux 5.18 and newer).
    public func attach(toSocketMap map: Map) throws(EBPFError) -> Link {
        let hook = Hook.socketMap(attachType)
        try check([.skMsg, .skSKB], for: hook)
        guard map.type == .sockmap || map.type == .sockhash else {
            throw EBPFError(
                .invalid, operation(attachingTo: hook), cause: "map '\(map.name)' is a \(map.type)", remedy: "it takes a sockmap or a sockhash")
        }
        guard let attachType else {
            throw EBPFError(
                .invalid, operation(attachingTo: hook), cause: "its section does not say what it does with the map's sockets",
                remedy: "name the section sk_skb/stream_parser, sk_skb/stream_verdict or sk_skb/verdict")
        }
        if let holders = Self.holders(of: map, attachType), !holders.isEmpty {
            let seen = AttachCircumstances(kernel: KernelVersion.running, holders: holders)
            throw EBPFError(Failure.ofTakenHook(hook, errno: EBUSY, seen), operation(attachingTo: hook))
        }
        let number = createLink(target: map.descriptor.number, attachType)
        if number >= 0 { return Link(hook: hook, .link(SharedDescriptor(Descriptor(number)))) }
        guard number == -EINVAL, !KernelFeatures.running.support(ofLinks: .sockmap).isYes else {
            throw failure(attachingTo: hook, errno: -number) { Self.holders(of: map, attachType) }
        }
        var attributes = bpf_program_attach_attributes()
        attributes.target_fd = UInt32(bitPattern: map.descriptor.number)
        attributes.attach_bpf_fd = UInt32(bitPattern: descriptor.number)
        attributes.attach_type = attachType.rawValue
        let status = bpf(.programAttach, &attributes)
        guard status >= 0 else { throw failure(attachingTo: hook, errno: -status) { Self.holders(of: map, attachType) } }
        return Link(hook: hook, .attached(target: map.descriptor, program: descriptor, attachType))
    }

    /// The programs of a map that stand in another one's way (Linux 5.18); `nil` where the kernel does not say.
    private static func holders(of map: Map, _ type: AttachType) -> [Holder]? {
        // BPF_SK_SKB_STREAM_VERDICT and BPF_SK_SKB_VERDICT have different places, of which only one may be taken.
        let other: AttachType? = type.rawValue == 5 ? AttachType(rawValue: 38) : type.rawValue == 38 ? AttachType(rawValue: 5) : nil
        let found = [type, other].compactMap { $0 }.compactMap { AttachedPrograms(to: map.descriptor.number, $0) }
        // BPF_LINK_TYPE_SOCKMAP.
        return found.isEmpty ? nil : found.flatMap { $0.holders(linkedAs: 14) }
    }
}
