// SPDX-License-Identifier: Apache-2.0

extension Hook {
    /// The hook that a section's name stands for; `nil` where it is not known, or says no hook.
    public init?(sectionName: String) {
        guard let definition = SectionName.definition(of: sectionName) else { return nil }
        self.init(
            type: definition.type, attachType: definition.attachType, prefix: definition.prefix,
            target: definition.target(in: SectionName.withoutQuestionMark(sectionName)))
    }

    /// The hook that a kind of program and what its section's name says stand for; `nil` where a part is missing, or the kind has no hook.
    ///
    /// It follows from the table of ``SectionDefinition``: from the kind, and for probes, whose kinds are one, from the first word of the name.
    init?(type: ProgramType, attachType: AttachType?, prefix: String, target: String?) {
        let name = target.flatMap { $0.isEmpty ? nil : $0 }
        switch type {
        case .tracepoint: self.init(tracepoint: name)
        case .rawTracepoint, .rawTracepointWritable: self.init(name) { .rawTracepoint(name: $0) }
        case .tracing: self.init(tracing: attachType, name)
        case .kprobe: self.init(probe: attachType, word: prefix.prefix { $0 != "." }, name)
        case .freplace: self.init(name) { .replacement(function: $0) }
        case .lsm: self.init(name) { attachType == .lsmCgroup ? .cgroup(.lsmCgroup, path: nil) : .securityModule(hook: $0) }
        case .perfEvent: self = .perfEvent
        case .xdp: self = .xdp(interface: nil)
        case .schedCLS where attachType == .netkitPrimary: self = .netkit(.primary, interface: nil)
        case .schedCLS where attachType == .netkitPeer: self = .netkit(.peer, interface: nil)
        case .schedCLS where attachType == .tcxIngress: self = .trafficControl(.ingress, interface: nil)
        case .schedCLS where attachType == .tcxEgress: self = .trafficControl(.egress, interface: nil)
        case .schedCLS, .schedACT: self = .trafficControl(nil, interface: nil)
        case .cgroupSKB, .cgroupSock, .cgroupSockAddr, .cgroupSockopt, .cgroupSysctl, .cgroupDevice, .sockOps: self = .cgroup(attachType, path: nil)
        case .skSKB, .skMsg: self = .socketMap(attachType)
        case .flowDissector, .skLookup: self = .networkNamespace(attachType ?? AttachType(rawValue: 0), path: nil)
        case .netfilter: self = .netfilter
        case .socketFilter: self = .socket
        case .skReuseport: self = .reuseport
        case .lwtIn, .lwtOut, .lwtXmit, .lwtSeg6Local: self = .route(type)
        case .structOps: self = .structOperations(map: nil)
        case .lircMode2: self = .infrared
        default: return nil
        }
    }

    /// A name that is all there is.
    private init?(_ name: String?, _ hook: (String) -> Hook) {
        guard let name, !name.utf8.contains(UInt8(ascii: "/")) else { return nil }
        self = hook(name)
    }

    private init?(tracepoint name: String?) {
        guard let name, let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let (category, rest) = (name.utf8[..<slash], name.utf8[slash...].dropFirst())
        guard !category.isEmpty, !rest.isEmpty, !rest.contains(UInt8(ascii: "/")) else { return nil }
        self = .tracepoint(category: String(Substring(category)), name: String(Substring(rest)))
    }

    private init?(tracing attachType: AttachType?, _ name: String?) {
        guard let name, !name.utf8.contains(UInt8(ascii: "/")) else { return nil }
        switch attachType {
        case .traceRawTracepoint: self = .typedTracepoint(name: name)
        case .traceIterator: self = .iterator(kind: name)
        case .traceFentry: self = .function(name: name, .entry)
        case .traceFexit: self = .function(name: name, .exit)
        case .modifyReturn: self = .function(name: name, .modifiedReturn)
        case .traceFsession: self = .function(name: name, .session)
        case .traceFentryMulti: self = .functions(pattern: name, .entry)
        case .traceFexitMulti: self = .functions(pattern: name, .exit)
        case .traceFsessionMulti: self = .functions(pattern: name, .session)
        default: return nil
        }
    }

    private init?(probe attachType: AttachType?, word: Substring, _ name: String?) {
        guard let name else { return nil }
        let isReturn = word == "kretprobe" || word == "uretprobe" || word == "kretsyscall"
        switch (word, attachType) {
        case (_, .traceKprobeSession): self = .kprobes(pattern: name, .session)
        case (_, .traceKprobeMulti): self = .kprobes(pattern: name, isReturn ? .exit : .entry)
        case (_, .traceUprobeSession): self.init(uprobe: name) { .uprobes(binary: $0, pattern: $1, .session) }
        case ("usdt", _): self.init(usdt: name)
        case (_, .traceUprobeMulti): self.init(uprobe: name) { .uprobes(binary: $0, pattern: $1, isReturn ? .exit : .entry) }
        case ("kprobe", _), ("kretprobe", _): self.init(kprobe: name, isReturn)
        case ("ksyscall", _), ("kretsyscall", _): self = .systemCall(name: name, isReturn: isReturn)
        case ("uprobe", _), ("uretprobe", _): self.init(uprobe: name) { .uprobe(binary: $0, place: $1, isReturn: isReturn) }
        default: return nil
        }
    }

    /// `FUNCTION`, or `FUNCTION+OFFSET` in decimal or, behind `0x`, hexadecimal digits.
    private init?(kprobe name: String, _ isReturn: Bool) {
        guard let plus = name.lastIndex(of: "+") else {
            self = .kprobe(function: name, offset: 0, isReturn: isReturn)
            return
        }
        let digits = name[name.index(after: plus)...]
        let offset = digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits)
        guard let offset, plus != name.startIndex else { return nil }
        self = .kprobe(function: String(name[..<plus]), offset: offset, isReturn: isReturn)
    }

    /// `PATH:PLACE`; a path may have colons of its own, so the last one counts.
    private init?(uprobe name: String, _ hook: (String, String) -> Hook) {
        guard let colon = name.lastIndex(of: ":") else { return nil }
        let (binary, place) = (name[..<colon], name[name.index(after: colon)...])
        guard !binary.isEmpty, !place.isEmpty else { return nil }
        self = hook(String(binary), String(place))
    }

    private init?(usdt name: String) {
        guard let last = name.lastIndex(of: ":"), let first = name[..<last].lastIndex(of: ":") else { return nil }
        let parts = (name[..<first], name[name.index(after: first)..<last], name[name.index(after: last)...])
        guard !parts.0.isEmpty, !parts.1.isEmpty, !parts.2.isEmpty else { return nil }
        self = .usdt(binary: String(parts.0), provider: String(parts.1), name: String(parts.2))
    }
}
