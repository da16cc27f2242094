// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import EBPF
import Glibc
import Testing

/// What is said of each thing that no kernel loads: one row for each reason.
struct LoadFailure: Sendable {
    /// What is loaded, in a few words: for the test's own report.
    let what: String
    /// `nil` where it depends on the kernel.
    let code: EBPFError.Code?
    /// What the cause must contain.
    let cause: String
    /// What the remedy must contain; `nil` where the cause says all that can be done.
    var remedy: String?
    /// The oldest kernel that says so; older ones know nothing of the kind.
    var since: KernelVersion = "5.10"
    let load: @Sendable () throws -> LoadedObject

    /// Loads one program of `Failures`.
    static func program(
        _ name: String, _ code: EBPFError.Code = .rejected, _ cause: String, remedy: String? = nil, since: KernelVersion = "5.10"
    ) -> LoadFailure {
        LoadFailure(what: name, code: code, cause: cause, remedy: remedy, since: since) {
            var object = try Failures.object()
            for index in object.programs.indices { object.programs[index].isLoaded = object.programs[index].name == name }
            return try object.load()
        }
    }

    /// Creates one map in the place of `Failures`' own.
    static func map(
        _ what: String, _ code: EBPFError.Code?, _ cause: String, remedy: String? = nil, since: KernelVersion = "5.10",
        _ change: @escaping @Sendable (inout MapDefinition) -> Void
    ) -> LoadFailure {
        LoadFailure(what: what, code: code, cause: cause, remedy: remedy, since: since) {
            var object = try Failures.object()
            change(&object.maps[try object.mapIndex("fail_counts")])
            return try object.load()
        }
    }

    /// Opens a file of which there is the header alone.
    static func file(
        _ what: String, _ cause: String, code: EBPFError.Code = .object, remedy: String? = nil,
        _ change: @escaping @Sendable (inout [UInt8]) -> Void
    ) -> LoadFailure {
        LoadFailure(what: what, code: code, cause: cause, remedy: remedy) {
            // \177ELF, 64 bits, little-endian, version 1; a relocatable (1) of machine eBPF (247), version 1; no sections.
            var bytes: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9) + [1, 0, 247, 0, 1, 0, 0, 0]
            bytes += [UInt8](repeating: 0, count: 28) + [64, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0]
            change(&bytes)
            do {
                return try ObjectFile(ByteView(bytes)).load()
            } catch let error as ObjectError { throw EBPFError(error, "open the object") }
        }
    }

    static let all: [LoadFailure] = coRE + externs + rejected + everyKind + targets + maps + files

    private static let coRE: [LoadFailure] = [
        program("fail_offset", .rejected, "'struct task_struct.tgidd' is not in this kernel; 'tgid' is"),
        program("fail_size", .rejected, "'struct task_struct.parentt'"),
        program("fail_signed", .rejected, "'struct task_struct.parentt'"),
        program("fail_left", .rejected, "'struct task_struct.parentt'"),
        program("fail_right", .rejected, "'struct task_struct.parentt'"),
        program("fail_enumerator", .rejected, "BPF_FUNC_no_kernel_has"),
        program("fail_type", .rejected, "'struct no_such_structure"),
    ]

    private static let externs: [LoadFailure] = [
        program("fail_function", .noSuchTarget, "this kernel has no 'bpf_no_kernel_has_that'", remedy: "declare it weak"),
        program("fail_variable", .noSuchTarget, "this kernel has no 'no_kernel_has_this_variable'", remedy: "declare it weak"),
        program("fail_address", .noSuchTarget, "this kernel has no 'no_kernel_has_this_address'", remedy: "declare it weak"),
        LoadFailure(
            what: "an option", code: .object,
            cause: "needs 'CONFIG_NO_KERNEL_HAS_THIS', which the kernel's configuration does not say; declare it weak"
        ) {
            // Not every kernel says its own configuration.
            do {
                return try FailingConfiguration.object().configured(for: KernelConfiguration()).load()
            } catch let error as ObjectError { throw EBPFError(error, "configure the object") }
        },
    ]

    private static let rejected: [LoadFailure] = [
        program("fail_helper", .rejected, "9999"),
        program("fail_sleeping", .rejected, "", remedy: ""),
        program("fail_stack", .rejected, "stack"),
        program("fail_context", .rejected, "invalid bpf_context access", remedy: "no such field in its context"),
        program("fail_division_of_pointer", .rejected, "R"),
        program("fail_endless", .rejected, "", remedy: ""),
        LoadFailure(what: "a licence", code: .rejected, cause: "cannot call GPL-restricted function", remedy: "GPL") {
            try Restricted.object().load()
        },
    ]

    private static let everyKind: [LoadFailure] = [
        ("fail_tracepoint", "5.10"), ("fail_raw_tp", "5.10"), ("fail_tp_btf", "5.10"), ("fail_perf_event", "5.10"), ("fail_xdp", "5.10"),
        ("fail_tc", "5.10"), ("fail_socket", "5.10"), ("fail_cgroup_skb", "5.10"), ("fail_connect4", "5.10"), ("fail_sk_msg", "5.10"),
        ("fail_sk_lookup", "5.10"), ("fail_flow_dissector", "5.10"), ("fail_iter", "5.10"),
    ].map { program($0.0, .rejected, "R0 invalid mem access 'map_value_or_null'", remedy: "compare", since: $0.1) }

    private static let targets: [LoadFailure] = [
        program("fail_no_tracepoint", .noSuchTracepoint, "no tracepoint 'sys_enterr'; it has 'sys_enter'", remedy: "check the name"),
        program("fail_no_function", .noSuchTarget, "no function 'no_kernel_has_this_function'", remedy: "check the name"),
        program("fail_no_hook", .noSuchTarget, "no hook of the LSM 'no_kernel_has_this_hook'", remedy: "check the name"),
        program("fail_no_iterator", .noSuchTarget, "no iterator 'no_kernel_has_this_iterator'", remedy: "check the name"),
        program("fail_no_program", .invalid, "it replaces function 'nothing_known' of another program", remedy: "LoadOptions.targets"),
    ]

    private static let maps: [LoadFailure] = [
        map("too large", nil, "about 4095 TiB", remedy: "fewer than 4294967295 entries") {
            $0.maxEntries = .max; $0.valueSize = 1 << 20; $0.type = .array
        },
        map("no entries", .invalid, "max_entries") { $0.maxEntries = 0 },
        map("a kind that no kernel has", .invalid, "map type 200 is newer than this package") { $0.type = MapType(rawValue: 200) },
        map("an array with a long key", .invalid, "its key has 4 bytes, but is given 8") {
            $0.type = .array; $0.keySize = 8
        },
        map("a queue with keys", .invalid, "it has no key, but is given one of 4 bytes", remedy: "declaration") {
            $0.type = .queue; $0.valueSize = 4; $0.maxEntries = 16
        },
        map("a value of no bytes", .invalid, "value") { $0.valueSize = 0 },
        map("maps without an inner map", .invalid, "what the maps that it holds are like", remedy: "'inner'") {
            $0.type = .hashOfMaps; $0.valueSize = 4
        },
        LoadFailure(what: "a pin that is no pin", code: .invalid, cause: "not on a BPF file system", remedy: "mount -t bpf bpf /sys/fs/bpf") {
            try Pinned.object().load(LoadOptions(pinDirectory: "/proc"))
        },
    ]

    private static let files: [LoadFailure] = [
        file("another machine", "is for x86-64, not for eBPF; compile it with '-target bpf'") {
            $0[18] = 62; $0[19] = 0
        },
        file("32 bits", "64") { $0[4] = 1 },
        file("the other byte order", "of a machine of the other byte order", code: .invalid, remedy: "-target bpf") { bytes in
            bytes[5] = 2
            for (index, byte) in [(16, 0), (17, 1), (18, 0), (19, 247), (20, 0), (23, 1), (52, 0), (53, 64), (58, 0), (59, 64)] as [(Int, UInt8)] {
                bytes[index] = byte
            }
        },
        file("no ELF", "ELF") { $0[0] = 0 },
        file("cut short", "bytes") { $0.removeLast(20) },
    ]
}
