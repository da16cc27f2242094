// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import CLinux
import Glibc

extension Circumstances {
    /// Looks at what bears upon an attempt that was refused. Nothing is changed by that, and it may be asked for while anything else goes on.
    ///
    /// - Parameters:
    ///   - map: the descriptor of the map that was used, and whether the call was one that writes.
    ///   - wanted: how many bytes were asked for, where that is known.
    static func look(at attempt: Attempt, map: (descriptor: Int32, isWrite: Bool)? = nil, wanted: UInt64? = nil) -> Circumstances {
        var seen = Circumstances()
        seen.kernel = .running
        // Capabilities and filters are each thread's own.
        let status = SmallFile.read("/proc/thread-self/status") ?? SmallFile.read("/proc/self/status") ?? ""
        seen.capabilities = .effective
        seen.isRoot = geteuid() == 0
        seen.isInInitialUserNamespace = isInInitialUserNamespace
        seen.unprivilegedBPF = number(in: "/proc/sys/kernel/unprivileged_bpf_disabled").flatMap(UnprivilegedBPF.init)
        seen.perfEventParanoid = number(in: "/proc/sys/kernel/perf_event_paranoid")
        if let map { seen.map = MapState(descriptor: map.descriptor, isWrite: map.isWrite) }
        seen.lookAtSecurity()
        if value(of: "Seccomp", in: status) == "2" { seen.seccomp = passesFilter(attempt) ? .passes : .forbids }
        if seen.isOlder(than: "5.11") { seen.lockedMemory = LockedMemory.State(wanted: wanted) }
        if case .loadProgram(let type, let attachType) = attempt, type.needsTrampoline(attachType: attachType) {
            seen.loadsOtherPrograms = loadsTracingPrograms
        }
        return seen
    }

    private mutating func lookAtSecurity() {
        let files = SecurityFileSystem()
        if let text = files.read("lockdown") { lockdown = Lockdown(line: text) }
        securityModules = files.read("lsm")?.split { $0 == "," || $0 == "\n" }.map(String.init) ?? []
        selinuxEnforces = Self.number(in: "/sys/fs/selinux/enforce") == 1
        // A process that nothing confines is called so; where no module has labels, reading is an error.
        let label = (SmallFile.read("/proc/thread-self/attr/apparmor/current") ?? "").split(separator: "\n").first.map(String.init) ?? ""
        if label.hasSuffix("(enforce)") { appArmorProfile = String(label.dropLast(10)) }
    }

    /// The number of the first user namespace is part of the kernel's interface (`PROC_USER_INIT_INO`).
    static var isInInitialUserNamespace: Bool {
        var information = stat()
        return stat("/proc/self/ns/user", &information) != 0 || information.st_ino == 0xEFFF_FFFD
    }

    private static func number(in path: String) -> Int? {
        SmallFile.read(path).flatMap { Int($0.prefix { $0 == "-" || $0.isASCII && $0.isNumber }) }
    }

    private static func value(of key: String, in status: String) -> Substring? {
        status.split(separator: "\n").first { $0.hasPrefix(key + ":") }?.dropFirst(key.count + 1).drop { $0 == "\t" || $0 == " " }
    }

    /// Whether a call passes the thread's filter: tried with arguments that the kernel refuses in another way before it does anything, once
    /// capabilities suffice.
    private static func passesFilter(_ attempt: Attempt) -> Bool {
        switch attempt {
        case .openEvent:
            var attributes = perf_event_attributes()
            // Flags that do not exist are EINVAL.
            guard linux_perf_event_open(&attributes, -1, 0, -1, UInt(1) << 40) < 0 else { return true }
        case .mount:
            guard linux_fsopen("", 1 << 20) < 0 else { return true }
        default:
            // More than a page of arguments is E2BIG.
            var byte: UInt8 = 0
            guard linux_bpf(attempt.command.rawValue, &byte, 1 << 24) < 0 else { return true }
        }
        return errno == EINVAL || errno == E2BIG || errno == EFAULT || errno == ENODEV
    }

    /// Whether a program can be loaded that takes the capabilities of tracing programs, and whose hook is no trampoline.
    private static var loadsTracingPrograms: Bool {
        var code: [UInt8] = []
        for instruction in [Instruction(opcode: 0xB7), Instruction(opcode: 0x95)] { instruction.encode(into: &code) }
        let license: [UInt8] = [0]
        let number = code.withUnsafeBytes { code in
            license.withUnsafeBytes { license in
                var attributes = bpf_program_load_attributes()
                attributes.prog_type = ProgramType.rawTracepoint.rawValue
                attributes.insn_cnt = UInt32(clamping: code.count / Instruction.size)
                attributes.insns = address(code.baseAddress)
                attributes.license = address(license.baseAddress)
                return bpf(.programLoad, &attributes)
            }
        }
        if number >= 0 { close(number) }
        return number >= 0
    }
}

extension Attempt {
    /// The command of bpf(2) that it is.
    fileprivate var command: BPFCommand {
        switch self {
        case .createMap: .mapCreate
        case .loadProgram: .programLoad
        case .loadTypes: .btfLoad
        case .freezeMap: .mapFreeze
        case .useMap: .mapLookup
        case .findByNumber: .btfDescriptorByID
        case .openEvent, .readTraceFiles, .mount, .other: .objectInformation
        }
    }
}

extension Capabilities {
    /// What the thread that asks has in effect; none where that cannot be seen.
    static var effective: Capabilities {
        var low: UInt32 = 0
        var high: UInt32 = 0
        return linux_effective_capabilities(&low, &high) == 0 ? Capabilities(bits: UInt64(high) << 32 | UInt64(low)) : []
    }
}

extension Lockdown {
    /// `none [integrity] confidentiality`
    init?(line: String) {
        guard let open = line.firstIndex(of: "["), let end = line.firstIndex(of: "]"), open < end else { return nil }
        self.init(rawValue: String(line[line.index(after: open)..<end]))
    }
}

extension Circumstances.MapState {
    /// Reads what the kernel says of a map's descriptor; `nil` where it says nothing.
    init?(descriptor: Int32, isWrite: Bool) {
        guard let text = SmallFile.read("/proc/self/fdinfo/\(descriptor)") else { return nil }
        self.init(fdinfo: text, isWrite: isWrite)
    }

    /// Lines of a name, a colon, and a value. `flags` are those of open(2) in octal; `frozen` is there from Linux 5.2 on.
    init?(fdinfo text: String, isWrite: Bool) {
        func value(of key: String) -> Substring? {
            text.split(separator: "\n").first { $0.hasPrefix(key + ":") }?.dropFirst(key.count + 1).drop { $0 == "\t" || $0 == " " }
        }
        guard value(of: "map_type") != nil else { return nil }
        let access = value(of: "flags").flatMap { Int32($0, radix: 8) }.map { $0 & O_ACCMODE } ?? O_RDWR
        self.init(isFrozen: value(of: "frozen") == "1", reads: access != O_WRONLY, writes: access != O_RDONLY, isWrite: isWrite)
    }
}
