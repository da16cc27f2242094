// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import Foundation
import Testing

@Suite struct HelperTests {
    @Test func theNumbersAreOneToTheLastWithoutGaps() {
        #expect(Helper.all.map(\.number) == Array(1...211))
    }

    @Test func everyNameIsACIdentifierAndUnique() {
        #expect(Set(Helper.all.map(\.name)).count == Helper.all.count)
        for helper in Helper.all {
            #expect(!helper.name.hasPrefix("bpf_"), "\(helper.name)")
            let isIdentifier = helper.name.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: "_")
            }
            #expect(isIdentifier && !helper.name.isEmpty, "\(helper.name)")
        }
    }

    @Test func everyHelperHasAVersion() {
        for helper in Helper.all {
            #expect(helper.since >= KernelVersion(3, 19), "\(helper.name) since \(helper.since)")
            #expect(helper.since <= KernelVersion(6, 2), "\(helper.name) since \(helper.since)")
        }
    }

    /// New helpers were always added behind the others, so a later number is never of an earlier release.
    @Test func versionsNeverGoBack() {
        for (before, after) in zip(Helper.all, Helper.all.dropFirst()) {
            #expect(before.since <= after.since, "\(before.name) \(before.since), \(after.name) \(after.since)")
        }
    }

    /// From `include/uapi/linux/bpf.h` and the history of the kernel, one of each generation.
    @Test(
        arguments: [
            (1, "map_lookup_elem", "3.19", false), (4, "probe_read", "4.1", true), (6, "trace_printk", "4.1", true),
            (12, "tail_call", "4.2", false), (14, "get_current_pid_tgid", "4.2", false), (25, "perf_event_output", "4.4", true),
            (35, "get_current_task", "4.8", true), (65, "xdp_adjust_tail", "4.18", false), (112, "probe_read_user", "5.5", true),
            (113, "probe_read_kernel", "5.5", true), (130, "ringbuf_output", "5.8", false), (131, "ringbuf_reserve", "5.8", false),
            (132, "ringbuf_submit", "5.8", false), (164, "for_each_map_elem", "5.13", false), (169, "timer_init", "5.15", true),
            (181, "loop", "5.17", false), (201, "dynptr_read", "5.19", false), (208, "ktime_get_tai_ns", "6.1", false),
            (211, "cgrp_storage_delete", "6.2", false),
        ] as [(Int32, String, KernelVersion, Bool)])
    func theseAreTheKernels(_ number: Int32, _ name: String, _ since: KernelVersion, _ requiresGPL: Bool) throws {
        let helper = try #require(Helper.all.first { $0.number == number })
        #expect(helper.name == name)
        #expect(helper.since == since)
        #expect(helper.requiresGPL == requiresGPL)
    }

    @Test func noHelperHasMoreThanFiveParameters() {
        for helper in Helper.all {
            let parameters = helper.parameters.split(separator: ",")
            #expect(!parameters.isEmpty && parameters.count <= 5, "\(helper.name)(\(helper.parameters))")
        }
    }

    @Test func theDeclarationsMentionEachHelperOnceWithItsNumber() {
        let lines = Helper.cDeclarations.split(separator: "\n").filter { $0.contains("(*const bpf_") }
        #expect(lines.count == Helper.all.count)
        for (line, helper) in zip(lines, Helper.all) {
            #expect(line.contains("(*const bpf_\(helper.name))(\(helper.parameters)) = (void *)\(helper.number);"), "\(line)")
            #expect(line.hasPrefix("static \(helper.result)"), "\(line)")
        }
    }

    @Test func theDeclarationsSayTheVersionAndWhatNeedsTheGPL() throws {
        let lines = Helper.cDeclarations.split(separator: "\n", omittingEmptySubsequences: false)
        for helper in Helper.all {
            let place = try #require(lines.firstIndex { $0.contains("(*const bpf_\(helper.name))") })
            #expect(lines[place - 1] == "// Linux \(helper.since)\(helper.requiresGPL ? ", GPL only" : "")")
        }
    }

    @Test func theDeclarationsDeclareEveryStructOnceAndFirst() throws {
        let lines = Helper.cDeclarations.split(separator: "\n")
        let forward = lines.filter { $0.hasPrefix("struct ") }
        #expect(Set(forward).count == forward.count)
        #expect(forward == forward.sorted())
        let lastForward = try #require(lines.lastIndex { $0.hasPrefix("struct ") })
        let firstHelper = try #require(lines.firstIndex { $0.hasPrefix("static ") })
        #expect(lastForward < firstHelper)
        for name in ["task_struct", "__sk_buff", "bpf_sock", "tcp6_sock", "bpf_dynptr"] {
            #expect(forward.contains("struct \(name);"), "\(name)")
        }
    }
}

/// What kernel halves in Swift import.
@Suite struct InlineFunctionTests {
    static let header = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/CEBPFHelpers/include/helpers.h")

    @Test func theHeaderThatStandsInTheSourcesIsTheTableOfHelpers() throws {
        if ProcessInfo.processInfo.environment["EBPF_REGENERATE"] != nil {
            try Data(Helper.inlineFunctions.utf8).write(to: Self.header)
        }
        let text = try String(contentsOf: Self.header, encoding: .utf8)
        #expect(text == Helper.inlineFunctions, "run this test with EBPF_REGENERATE=1 to write the header anew")
    }
}
