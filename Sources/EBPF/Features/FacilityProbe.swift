// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import CLinux
import Glibc

extension FeatureAttempts {
    /// Whether the kernel has something that is neither a type nor a helper, an instruction or a link.
    mutating func tryFacility(_ facility: KernelFeatures.Facility) -> Support {
        switch facility {
        case .testRuns: onProgram(facility, Self.run)
        case .boundMaps: onProgramAndMap(facility) { Self.command(.programBindMap, UInt32(bitPattern: $0), UInt32(bitPattern: $1)) }
        case .streams: onProgram(facility, Self.readStream)
        case .names: tryNamed()
        case .largePrograms: tryProgram(facility) { $0.code = Self.largeCode }
        case .signedPrograms: trySigned()
        case .xdpFragments: tryFragments()
        case .globalData: onProgramAndMap(facility) { Self.loadAddress(ofValueIn: $1) }
        case .mapBatches: onProgramAndMap(facility) { Self.readBatch($1) }
        case .mappableArrays: tryMap(facility, .array) { $0.flags.insert(.mappable) }
        // The number of hash functions of a Bloom filter.
        case .mapExtra: tryMap(facility, .bloomFilter) { $0.extra = 2 }
        case .exclusiveMaps: tryMap(facility, .array) { $0.programHash = [UInt8](repeating: 0, count: 32) }
        case .statistics: judge(Self.command(.enableStatistics, 0), facility, needs: [.systemAdministration])
        case .tokens: judge(Self.command(.tokenCreate, 0, UInt32(bitPattern: -1)), signs: [-EBADF], facility, needs: [.bpf])
        case .sleepablePrograms: trySleepable()
        case .attachCookies: tryCookies()
        case .uprobeMultiProcess: tryUprobeMultiProcess()
        case .kprobeEvents: Self.hasEventSource("kprobe", "CONFIG_KPROBE_EVENTS")
        case .uprobeEvents: Self.hasEventSource("uprobe", "CONFIG_UPROBE_EVENTS")
        }
    }

    private mutating func judge(
        _ status: Int32, signs: Set<Int32> = [], _ facility: KernelFeatures.Facility, needs capabilities: [Capability] = [.bpf]
    ) -> Support {
        if status >= 0 || signs.contains(status) { return .yes }
        return refusal(-status, needs: capabilities, Self.absence(-status, since: facility.since))
    }

    // MARK: On programs

    private mutating func onProgram(_ facility: KernelFeatures.Facility, _ attempt: (Int32) -> Int32) -> Support {
        switch load(Self.plain) {
        case .refused(let support): support
        case .loaded(let program, _): judge(attempt(program.number), facility, needs: [.bpf, .perfmon])
        }
    }

    private mutating func onProgramAndMap(_ facility: KernelFeatures.Facility, _ attempt: (Int32, Int32) -> Int32) -> Support {
        let (map, status) = map(MapAttempt(.array))
        guard let map else { return .unknown("no map can be created: \(Self.text(-status))") }
        return onProgram(facility) { attempt($0, map.number) }
    }

    private mutating func tryProgram(_ facility: KernelFeatures.Facility, _ change: (inout ProgramAttempt) -> Void) -> Support {
        var attempt = ProgramAttempt.smallest(Self.plain)
        change(&attempt)
        let number = attempt.load(log: nil)
        if number >= 0 { close(number) }
        return judge(number, facility, needs: [.bpf, .perfmon])
    }

    /// One more than kernels took before 5.2 (`BPF_MAXINSNS`).
    private static var largeCode: [Instruction] {
        [Instruction](repeating: Instruction(opcode: 0xB7), count: 4096) + [Instruction(opcode: 0x95)]
    }

    /// Names are told when a program is loaded; kernels that know none refuse bytes behind what they know.
    private mutating func tryNamed() -> Support {
        tryProgram(.names) { $0.name = "named" }
    }

    /// A kernel that knows signatures refuses this one, and one that does not refuses to be told one (E2BIG).
    private mutating func trySigned() -> Support {
        var attempt = ProgramAttempt.smallest(Self.plain)
        guard case .loaded = load(Self.plain) else { return answer(.program(Self.plain)) }
        attempt.isSigned = true
        let number = attempt.load(log: nil)
        if number >= 0 { close(number) }
        if number == -E2BIG { return judge(number, .signedPrograms) }
        if number == -EPERM || number == -EACCES { return judge(number, .signedPrograms) }
        return .yes
    }

    private mutating func tryFragments() -> Support {
        let kind = ProgramKind(.xdp, .xdp)
        guard case .loaded(_, var attempt) = load(kind) else { return answer(.program(kind)) }
        attempt.flags = ProgramTraits.fragments.loadFlags
        let number = attempt.load(log: nil)
        if number >= 0 { close(number) }
        return judge(number, .xdpFragments, needs: kind.type.neededCapabilities)
    }

    private mutating func trySleepable() -> Support {
        var answers: [Support] = []
        for kind in ProgramKind.all where kind.isSleepable {
            answers.append(answer(.program(kind)))
            if answers.last?.isYes == true { break }
        }
        return Support.any(answers)
    }

    private mutating func tryCookies() -> Support {
        guard let helper = Helper.named("get_attach_cookie") else { return .no("no such helper is known") }
        return answer(.helper(helper.number, ProgramKind(.tracepoint)))
    }

    private static func run(_ program: Int32) -> Int32 {
        let packet = [UInt8](repeating: 0, count: 64)
        return packet.withUnsafeBytes { packet in
            var attributes = bpf_test_run_attributes()
            attributes.prog_fd = UInt32(bitPattern: program)
            attributes.data_in = address(packet.baseAddress)
            attributes.data_size_in = UInt32(clamping: packet.count)
            return bpf(.programTestRun, &attributes)
        }
    }

    private static func readStream(_ program: Int32) -> Int32 {
        var room: UInt64 = 0
        return withUnsafeMutableBytes(of: &room) { room in
            var attributes = bpf_stream_attempt_attributes()
            attributes.prog_fd = UInt32(bitPattern: program)
            attributes.stream_id = 1  // BPF_STDOUT
            attributes.stream_buf = address(room.baseAddress)
            attributes.stream_buf_len = UInt32(clamping: room.count)
            return bpf(.programStreamRead, &attributes)
        }
    }

    private static func loadAddress(ofValueIn map: Int32) -> Int32 {
        var builder = CodeBuilder()
        builder.append(.loadWide(.r1, .mapValue(descriptor: map, offset: 0)))
        builder.mov(.r0, 0)
        builder.exit()
        guard let code = try? builder.finish() else { return -EINVAL }
        let number = ProgramAttempt(plain, code.instructions).load(log: nil)
        if number >= 0 { close(number) }
        return number
    }

    // MARK: On maps

    private mutating func tryMap(_ facility: KernelFeatures.Facility, _ type: MapType, _ change: (inout MapAttempt) -> Void) -> Support {
        var attempt = MapAttempt(type)
        change(&attempt)
        return judge(createMap(attempt), facility)
    }

    /// Reads no values at all; a kernel without the command says EINVAL.
    private static func readBatch(_ map: Int32) -> Int32 {
        var next: UInt64 = 0
        return withUnsafeMutableBytes(of: &next) { next in
            var attributes = bpf_batch_attempt_attributes()
            attributes.map_fd = UInt32(bitPattern: map)
            attributes.out_batch = address(next.baseAddress)
            return bpf(.mapLookupBatch, &attributes)
        }
    }

    // MARK: On the kernel

    /// A command that takes a few numbers. A descriptor that it answers is closed.
    private static func command(_ command: BPFCommand, _ first: UInt32, _ second: UInt32 = 0) -> Int32 {
        var attributes = bpf_numbers_attempt_attributes()
        (attributes.first, attributes.second) = (first, second)
        let status = bpf(command, &attributes)
        if command == .enableStatistics || command == .tokenCreate, status >= 0 { close(status) }
        return status
    }

    /// Whether perf_event_open(2) makes such events.
    private static func hasEventSource(_ name: String, _ option: String) -> Support {
        let path = "/sys/bus/event_source/devices/\(name)/type"
        guard SmallFile.read(path) == nil else { return .yes }
        guard access("/sys/bus/event_source/devices", F_OK) == 0 else { return .unknown("sysfs is not mounted") }
        return .no("there is no \(path): the kernel is built without \(option)")
    }
}
