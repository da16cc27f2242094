// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import CLinux
import Glibc

extension FeatureAttempts {
    /// Whether the kernel has links of a kind.
    ///
    /// Nothing of this machine's is attached to: what is named as the target does not exist, and a kernel with such links says that, while one without them
    /// says EINVAL.
    mutating func tryLink(_ link: KernelFeatures.Link) -> Support {
        guard let kind = link.kind else { return link == .tracing ? tryTracingLink() : tryStructOperationsLink() }
        switch load(kind) {
        case .refused(let support): return support
        case .loaded(let program, _): return tryLink(link, kind, program)
        }
    }

    private mutating func tryLink(_ link: KernelFeatures.Link, _ kind: ProgramKind, _ program: SharedDescriptor) -> Support {
        let attachType = kind.attachType ?? AttachType(rawValue: 0)
        let (status, signs): (Int32, Set<Int32>) =
            switch link {
            case .rawTracepoint: (Self.openTracepoint(program), [-ENOENT])
            case .cgroup, .networkNamespace, .sockmap: (Self.create(program, attachType, target: -1), [-EBADF])
            case .perfEvent: (Self.create(program, .perfEvent, target: -1), [-EBADF])
            // A walk that nobody begins.
            case .iterator: (Self.create(program, attachType, target: 0), [])
            // No device has the number 0.
            case .tcx, .netkit: (Self.create(program, attachType, target: 0), [-ENODEV])
            case .netfilter: (Self.createNetfilter(program, attachType), [-EAFNOSUPPORT])
            case .kprobeMulti, .kprobeSession: (Self.createKprobes(program, attachType), [-EFAULT])
            case .uprobeMulti, .uprobeSession: (Self.createUprobes(program, attachType, process: 0), [-EBADF])
            case .tracingMulti: (Self.createTracing(program, attachType), [-EFAULT])
            case .xdp: Self.createXDP(program)
            case .tracing, .structOperations: (-EINVAL, [])
            }
        let needed = link == .xdp ? [Capability.systemAdministration] : kind.type.neededCapabilities
        return judge(status, signs, link, needs: needed)
    }

    private mutating func judge(_ status: Int32, _ signs: Set<Int32>, _ link: KernelFeatures.Link, needs capabilities: [Capability]) -> Support {
        if status >= 0 || signs.contains(status) { return .yes }
        return refusal(-status, needs: capabilities, Self.absence(-status, since: link.since, option: link.option))
    }

    /// Answers 0 and detaches again, or a negative errno.
    private static func create(_ attributes: inout bpf_link_create_attributes) -> Int32 {
        let number = bpf(creating: &attributes)
        guard number >= 0 else { return number }
        close(number)
        return 0
    }

    private static func create(_ program: SharedDescriptor, _ attachType: AttachType, target: Int32, flags: UInt32 = 0) -> Int32 {
        var attributes = bpf_link_create_attributes()
        attributes.prog_fd = UInt32(bitPattern: program.number)
        attributes.target_fd = UInt32(bitPattern: target)
        attributes.attach_type = attachType.rawValue
        attributes.flags = flags
        return create(&attributes)
    }

    /// Names a family of protocols that there is not.
    private static func createNetfilter(_ program: SharedDescriptor, _ attachType: AttachType) -> Int32 {
        var attributes = bpf_link_create_attributes()
        attributes.prog_fd = UInt32(bitPattern: program.number)
        attributes.attach_type = attachType.rawValue
        attributes.details.netfilter.family = UInt32.max
        return create(&attributes)
    }

    /// Names a list of addresses that cannot be read.
    private static func createKprobes(_ program: SharedDescriptor, _ attachType: AttachType) -> Int32 {
        var attributes = bpf_link_create_attributes()
        attributes.prog_fd = UInt32(bitPattern: program.number)
        attributes.attach_type = attachType.rawValue
        attributes.details.kprobe_multi.count = 1
        attributes.details.kprobe_multi.addresses = 1
        return create(&attributes)
    }

    /// Names a list of functions that cannot be read.
    private static func createTracing(_ program: SharedDescriptor, _ attachType: AttachType) -> Int32 {
        var attributes = bpf_link_create_attributes()
        attributes.prog_fd = UInt32(bitPattern: program.number)
        attributes.attach_type = attachType.rawValue
        attributes.details.tracing_multi.count = 1
        attributes.details.tracing_multi.ids = 1
        return create(&attributes)
    }

    private static func openTracepoint(_ program: SharedDescriptor) -> Int32 {
        let name: StaticString = "no tracepoint is called so"
        var attributes = bpf_raw_tracepoint_open_attributes()
        attributes.name = address(name.utf8Start)
        attributes.prog_fd = UInt32(bitPattern: program.number)
        let number = bpf(.rawTracepointOpen, &attributes)
        if number >= 0 { close(number) }
        return number
    }

    /// Names places in a directory, which is no file with code.
    private static func createUprobes(_ program: SharedDescriptor, _ attachType: AttachType, process: Int32) -> Int32 {
        let path: StaticString = "/"
        let offsets: [UInt64] = [0]
        var attributes = bpf_link_create_attributes()
        attributes.prog_fd = UInt32(bitPattern: program.number)
        attributes.attach_type = attachType.rawValue
        attributes.details.uprobe_multi.path = address(path.utf8Start)
        attributes.details.uprobe_multi.count = 1
        attributes.details.uprobe_multi.process = UInt32(bitPattern: process)
        return offsets.withUnsafeBytes { offsets in
            attributes.details.uprobe_multi.offsets = address(offsets.baseAddress)
            return create(&attributes)
        }
    }

    /// Whether places in a program are watched for one process, rather than for one thread of it: kernels that do so refuse a process -1 before they look
    /// at the path.
    mutating func tryUprobeMultiProcess() -> Support {
        let answer = answer(.link(.uprobeMulti))
        guard answer.isYes, let kind = KernelFeatures.Link.uprobeMulti.kind, case .loaded(let program, _) = load(kind) else { return answer }
        let status = Self.createUprobes(program, .traceUprobeMulti, process: -1)
        return status == -EINVAL ? .yes : .no("\(Self.text(-status)): this kernel takes a process for a thread")
    }

    /// Attaches to the loopback device of a network namespace that is made for that, and goes with it.
    ///
    /// Kernels say EINVAL both of links that they do not know and of devices, so that one is needed. Where no namespace can be made, which takes
    /// CAP_SYS_ADMIN, the error of that is the answer.
    private static func createXDP(_ program: SharedDescriptor) -> (Int32, Set<Int32>) {
        let outcome = PrivateNetwork.run { create(program, .xdp, target: 1, flags: 1 << 1) }  // XDP_FLAGS_SKB_MODE
        return (outcome.value, [])
    }

    /// Whether any program loads that is attached to code.
    private mutating func tryTracingLink() -> Support {
        let kinds = [ProgramKind(.tracing, .traceFentry), ProgramKind(.tracing, .traceFexit), ProgramKind(.lsm, .lsmMAC), ProgramKind(.freplace)]
        var answers: [Support] = []
        for kind in kinds { answers.append(answer(.program(kind))) }
        return Support.any(answers)
    }

    private mutating func tryStructOperationsLink() -> Support {
        let answer = answer(.map(.structOps))
        guard answer.isYes else { return answer }
        var attempt = MapAttempt(.structOps)
        attempt.flags.insert(.link)
        let status = createMap(attempt)
        return judge(status, [], .structOperations, needs: [.bpf])
    }

    /// Attaches to a descriptor that is none. Answers a negative errno.
    func attach(_ program: SharedDescriptor, _ attachType: AttachType) -> Int32 {
        var attributes = bpf_program_attach_attributes()
        attributes.target_fd = UInt32(bitPattern: -1)
        attributes.attach_bpf_fd = UInt32(bitPattern: program.number)
        attributes.attach_type = attachType.rawValue
        return bpf(.programAttach, &attributes)
    }
}
