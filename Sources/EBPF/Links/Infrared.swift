// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

extension Program {
    /// Has the program decode the signals of an infrared receiver, which has no links: the value takes the program out again. Linux 4.18, with
    /// CONFIG_BPF_LIRC_MODE2; a receiver takes 64 programs (`drivers/media/rc/bpf-lirc.c`).
    ///
    /// Nobody has tried it here: it takes a receiver. Where the process is killed, the program stays at the device until that goes.
    ///
    /// - Parameter path: the receiver's device, such as `/dev/lirc0`.
    /// - Throws: ``EBPFError`` where there is no such device, or it is no receiver of raw signals.
    public func attach(toInfrared path: String) throws(EBPFError) -> Link {
        let hook = Hook.infrared
        try check([.lircMode2], for: hook)
        let number = linux_openat(AT_FDCWD, path, O_RDWR | O_CLOEXEC)
        guard number >= 0 else {
            throw EBPFError(
                .noSuchTarget, operation(attachingTo: hook), cause: "\(path) cannot be opened: \(Failure.text(of: errno))",
                remedy: "name the receiver's device (ls /dev/lirc*; /sys/class/rc says which receiver has which)", errno: errno)
        }
        let device = SharedDescriptor(Descriptor(number))
        var attributes = bpf_program_attach_attributes()
        attributes.target_fd = UInt32(bitPattern: device.number)
        attributes.attach_bpf_fd = UInt32(bitPattern: descriptor.number)
        attributes.attach_type = AttachType.lircMode2.rawValue
        let status = bpf(.programAttach, &attributes)
        guard status >= 0 else { throw failure(attachingTo: hook, errno: -status) }
        return Link(hook: hook, .attached(target: device, program: descriptor, .lircMode2))
    }
}
