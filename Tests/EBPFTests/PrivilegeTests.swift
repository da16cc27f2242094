// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CLinux
import CThreadLimits
@testable import EBPF
import Glibc
import Testing

/// What the running kernel refuses to threads that may not do everything, and what they are told. Each runs in a thread of its own.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct PrivilegeTests {
    init() {
        // On kernels before 5.11 what other tests hold counts as well, and a thread without capabilities cannot lift the limit.
        _ = LockedMemory.liftLimit()
    }

    func keeping<Result: Sendable>(_ capabilities: Capabilities, _ body: @escaping @Sendable () -> Result) throws -> Result {
        try LimitedThread.run({ thread_keep_capabilities(capabilities.bits) }, body)
    }

    func forbidding<Result: Sendable>(_ call: Int32, _ body: @escaping @Sendable () -> Result) throws -> Result {
        try LimitedThread.run({ thread_forbid_call(call) }, body)
    }

    /// Loads a program of two instructions; answers a negative errno, or 0.
    static func load(_ type: ProgramType, attachType: UInt32, attached: TypeID = .void) -> Int32 {
        var code: [UInt8] = []
        for instruction in [Instruction(opcode: 0xB7, immediate: type.rawValue == 30 ? 1 : 0), Instruction(opcode: 0x95)] {
            instruction.encode(into: &code)
        }
        let license: [UInt8] = Array("GPL".utf8) + [0]
        let number = code.withUnsafeBytes { code in
            license.withUnsafeBytes { license in
                var attributes = bpf_program_load_attributes()
                attributes.prog_type = type.rawValue
                attributes.expected_attach_type = attachType
                attributes.attach_btf_id = attached.rawValue
                attributes.insn_cnt = 2
                attributes.insns = address(code.baseAddress)
                attributes.license = address(license.baseAddress)
                return bpfCountingMemory(.programLoad, &attributes)
            }
        }
        guard number >= 0 else { return number }
        close(number)
        return 0
    }

    /// Kinds of programs with a number of `expected_attach_type` that they take.
    static let programs: [(type: UInt32, attachType: UInt32)] = [
        (1, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 2), (10, 0), (11, 0), (12, 0), (13, 3), (14, 4), (15, 6), (16, 7), (17, 0),
        (18, 10),
        (19, 0), (21, 0), (22, 17), (23, 18), (24, 0), (25, 21), (30, 36),
    ]

    @Test func theTableOfProgramsSaysWhatTheKernelAsksFor() throws {
        let all: [Capability] = [.bpf, .perfmon, .networkAdministration, .systemAdministration]
        for (type, attachType) in Self.programs.map({ (ProgramType(rawValue: $0.type), $0.attachType) }) {
            // What this kernel does not have at all says nothing.
            guard Self.load(type, attachType: attachType) == 0 else { continue }
            let attempt = Attempt.loadProgram(type, attachType: AttachType(rawValue: attachType))
            let needed = attempt.privileges(.look(at: attempt)).map(\.capability)
            #expect(try keeping(Capabilities(needed)) { Self.load(type, attachType: attachType) } == 0, "\(type) with \(needed.map(\.name))")
            for missing in needed {
                let kept = Capabilities(all.filter { $0 != missing && $0 != .systemAdministration })
                #expect(try keeping(kept) { Self.load(type, attachType: attachType) } == -EPERM, "\(type) without \(missing.name)")
            }
            #expect(try keeping([.systemAdministration]) { Self.load(type, attachType: attachType) } == 0, "\(type) with CAP_SYS_ADMIN")
        }
    }

    @Test func theTableOfMapsSaysWhatTheKernelAsksFor() throws {
        @Sendable func create(_ definition: MapDefinition) -> Int32 {
            var attributes = bpf_map_create_attributes()
            attributes.map_type = definition.type.rawValue
            attributes.key_size = definition.keySize
            attributes.value_size = definition.valueSize
            attributes.max_entries = definition.maxEntries
            attributes.map_flags = definition.flags.rawValue
            let number = bpfCountingMemory(.mapCreate, &attributes)
            guard number >= 0 else { return number }
            close(number)
            return 0
        }
        let sizes: [(type: UInt32, key: UInt32, value: UInt32, entries: UInt32, flags: UInt32)] = [
            (1, 4, 4, 1, 0), (2, 4, 4, 1, 0), (3, 4, 4, 1, 0), (4, 4, 4, 1, 0), (5, 4, 4, 1, 0), (6, 4, 4, 1, 0), (7, 4, 8, 1, 0), (8, 4, 4, 1, 0),
            (9, 4, 4, 1, 0),
            (10, 4, 4, 1, 0), (11, 8, 4, 1, 1), (14, 4, 4, 1, 0), (15, 4, 4, 1, 0), (16, 4, 4, 1, 0), (17, 4, 4, 1, 0), (18, 4, 4, 1, 0),
            (20, 4, 8, 1, 0), (22, 0, 4, 1, 0),
            (23, 0, 4, 1, 0), (25, 4, 4, 1, 0), (27, 0, 0, 4096, 0), (30, 0, 4, 1, 0), (31, 0, 0, 4096, 0), (33, 0, 0, 1, 1 << 10),
        ]
        for row in sizes {
            let definition = MapDefinition(
                name: "m", type: MapType(rawValue: row.type), keySize: row.key, valueSize: row.value, maxEntries: row.entries,
                flags: MapFlags(rawValue: row.flags))
            #expect(definition.complaint(pageSize: 4096) == nil)
            guard create(definition) == 0 else { continue }
            let attempt = Attempt.createMap(definition.type)
            let needed = attempt.privileges(.look(at: attempt)).map(\.capability)
            #expect(try keeping(Capabilities(needed)) { create(definition) } == 0, "\(definition.type) with \(needed.map(\.name))")
            for missing in needed {
                let kept = Capabilities([.bpf, .networkAdministration].filter { $0 != missing })
                #expect(try keeping(kept) { create(definition) } == -EPERM, "\(definition.type) without \(missing.name)")
            }
        }
    }

    @Test func whoLacksACapabilityIsToldWhich() throws {
        func denial(_ kept: Capabilities, _ body: @escaping @Sendable () throws -> Void) throws -> EBPFError {
            try #require(try keeping(kept) { () -> EBPFError? in #expect(throws: EBPFError.self) { try body() } })
        }
        let tracing = try denial([.bpf]) { _ = try Globals.object().load() }
        #expect(tracing.code == .permission)
        #expect(tracing.cause == "this process lacks CAP_PERFMON")
        let map = try denial([.perfmon]) {
            _ = try Map.create(MapDefinition(name: "m", type: .hash, keySize: 4, valueSize: 4, maxEntries: 1), btf: nil)
        }
        #expect(map.cause.hasPrefix("this process lacks CAP_BPF"))
        let sockets = try denial([.bpf]) {
            throw EBPFError(creating: MapDefinition(name: "m", type: MapType(rawValue: 15), keySize: 4, valueSize: 4, maxEntries: 1), errno: EPERM)
        }
        #expect(sockets.cause == "this process lacks CAP_NET_ADMIN")
    }

    @Test func aFilterThatForbidsTheCallIsNamed() throws {
        let error = try forbidding(number_of_bpf()) { () -> EBPFError? in
            #expect(throws: EBPFError.self) {
                _ = try Map.create(MapDefinition(name: "m", type: .hash, keySize: 4, valueSize: 4, maxEntries: 1), btf: nil)
            }
        }
        #expect(error?.code == .permission)
        #expect(error?.cause.contains("a seccomp filter forbids the call") == true)
        #expect(error?.remedy?.contains("allow bpf") == true)
        let event = try forbidding(number_of_perf_event_open()) { EBPFError(system: EPERM, "open", attempting: .openEvent(.tracepoint)) }
        #expect(event.remedy?.contains("allow perf_event_open") == true)
    }

    @Test func aFilterThatForbidsSomethingElseIsNotBlamed() throws {
        let seen = try forbidding(number_of_perf_event_open()) { Circumstances.look(at: .createMap(.hash)) }
        #expect(seen.seccomp == .passes)
        #expect(Circumstances.look(at: .createMap(.hash)).seccomp == .none)
        #expect(try forbidding(number_of_bpf()) { Circumstances.look(at: .openEvent(.tracepoint)) }.seccomp == .passes)
    }

    @Test func aProgramInATrampolineIsLoadedOrItIsSaidWhyNot() throws {
        let function = try #require(try KernelTypes.running().types(named: "do_nanosleep", kinds: [.function]).first)
        let status = Self.load(.tracing, attachType: 24, attached: function)  // BPF_TRACE_FENTRY
        guard status == -EPERM else {
            #expect(status == 0)
            return
        }
        let error = EBPFError(system: EPERM, "load", attempting: .loadProgram(.tracing, attachType: .traceFentry))
        #expect(error.code == .permission)
        #expect(error.cause.contains("change its own code"), "\(error)")
        // Who lacks a capability is told that instead.
        let other = try keeping([.bpf]) { EBPFError(system: EPERM, "load", attempting: .loadProgram(.tracing, attachType: .traceFentry)) }
        #expect(other.cause == "this process lacks CAP_PERFMON")
    }

    @Test func theLookingSeesThisKernel() throws {
        let seen = Circumstances.look(at: .createMap(.hash))
        #expect(seen.capabilities.contains(.bpf))
        #expect(seen.isInInitialUserNamespace)
        #expect(seen.kernel == .running)
        #expect(seen.unprivilegedBPF != nil)
        #expect(seen.perfEventParanoid != nil)
        #expect(seen.securityModules.contains("capability"), "\(seen.securityModules)")
        #expect(try keeping([.bpf]) { Circumstances.look(at: .createMap(.hash)) }.capabilities == [.bpf])
    }
}

extension Capabilities {
    fileprivate init(_ capabilities: [Capability]) { self.init(bits: capabilities.reduce(0) { $0 | 1 << UInt64($1.number) }) }
}
