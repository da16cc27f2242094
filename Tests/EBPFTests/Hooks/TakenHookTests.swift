// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CLinux
import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// Hooks that somebody has already: who that is, and what to do.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct TakenHookTests {
    /// Expects that a hook is taken, by a program, and with a remedy.
    private static func expectTaken(
        by holder: Program? = nil, _ words: String, remedy: String = "detach", line: Int = #line, _ body: () throws -> Void
    ) throws {
        // In the process of a test, only comments are told.
        guard let error = #expect(throws: EBPFError.self, "line \(line)", performing: body) else { return }
        #expect(error.code == .busy && error.cause.contains(words), "line \(line): \(error.code): \(error)")
        #expect(error.remedy?.contains(remedy) == true, "line \(line): \(error)")
        guard let holder else { return }
        let name = String(decoding: holder.name.utf8.prefix(15), as: UTF8.self)
        #expect(error.cause.contains("program \(try holder.information().id) ('\(name)'"), "line \(line): \(error)")
    }

    @Test func aDeviceNamesTheProgramThatItHas() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let device = try NetworkInterface("lo")
            let (first, second) = (try TriedProgram("hook_xdp").program, try TriedProgram("hook_xdp").program)
            let link = try first.attach(toXDP: device, mode: .generic)
            let id = try link.information().id
            try TakenHookTests.expectTaken(by: first, "link \(id)", remedy: "bpftool link detach id \(id)") {
                _ = try second.attach(toXDP: device, mode: .generic)
            }
            try TakenHookTests.expectTaken(by: first, "is attached there") { _ = try second.attach(toXDPEntryOf: device, mode: .generic) }
            link.detach()
            let entry = try first.attach(toXDPEntryOf: device, mode: .generic)
            func expectEntryTaken(_ body: () throws -> Void) throws {
                try TakenHookTests.expectTaken(by: first, "as the device's entry", remedy: "attach(toXDPEntryOf:replacing:)", body)
            }
            try expectEntryTaken { _ = try second.attach(toXDPEntryOf: device, mode: .generic) }
            try expectEntryTaken { _ = try second.attach(toXDP: device, mode: .generic) }
            try expectEntryTaken { _ = try second.attach(toXDPEntryOf: device, mode: .generic, replacing: second) }
            entry.detach()
        }
    }

    @Test func aNetworkNamespaceNamesItsDissectorAndSaysHowManyLookUpSockets() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let (first, second) = (try TriedProgram("hook_flow_dissector").program, try TriedProgram("hook_flow_dissector").program)
            let link = try first.attach()
            try TakenHookTests.expectTaken(by: first, "room for one", remedy: "bpftool link detach id") { _ = try second.attach() }
            link.detach()
            let lookup = try TriedProgram("hook_sk_lookup").program
            var links = Links()
            for _ in 0..<64 { links.append(try lookup.attach()) }
            try TakenHookTests.expectTaken(by: lookup, "64 programs are attached there", remedy: "detach one of them") { _ = try lookup.attach() }
            links.detach()
            try lookup.attach().detach()
        }
    }

    @Test(
        .enabled(
            if: LiveKernel.isAvailable && KernelFeatures.running.support(ofLinks: .netfilter).isYes,
            "not run, because this kernel has no links of netfilter, which came with Linux 6.4"))
    func aPriorityOfNetfilterNamesWhoHasIt() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let (first, second) = (try TriedProgram("hook_netfilter").program, try TriedProgram("hook_netfilter").program)
            // Links of all network namespaces are listed, so that the priority is one that others hardly choose.
            let link = try first.attach(toNetfilter: .localIn, priority: -4711)
            let id = try link.information().id
            try TakenHookTests.expectTaken(by: first, "link \(id)) has this priority there", remedy: "another priority") {
                _ = try second.attach(toNetfilter: .localIn, priority: -4711)
            }
            try second.attach(toNetfilter: .localOut, priority: -4711).detach()
            link.detach()
            try second.attach(toNetfilter: .localIn, priority: -4711).detach()
        }
    }

    @Test(
        .enabled(
            if: LiveKernel.isAvailable && LiveKernel.isSince("5.18"),
            "not run, because a map of sockets tells who is attached to it since Linux 5.18"))
    func aMapOfSocketsNamesTheProgramThatItHas() async {
        await #expect(processExitsWith: .success) {
            for name in ["hook_sk_msg", "hook_sk_skb"] {
                let (first, second) = (try TriedProgram(name), try TriedProgram(name))
                let map = try first.object.map("hook_sockets")
                let link = try first.program.attach(toSocketMap: map)
                try TakenHookTests.expectTaken(by: first.program, "attached to the map") { _ = try second.program.attach(toSocketMap: map) }
                link.detach()
                // In the older form, as other loaders attach: there the kernel itself would not refuse.
                try TakenHookTests.change(.programAttach, first.program, of: map)
                try TakenHookTests.expectTaken(by: first.program, "attached to the map") { _ = try second.program.attach(toSocketMap: map) }
                try TakenHookTests.change(.programDetach, first.program, of: map)
                try second.program.attach(toSocketMap: map).detach()
            }
        }
    }

    /// Attaches a program to a map without a link, or detaches it.
    private static func change(_ command: BPFCommand, _ program: Program, of map: Map) throws {
        var attributes = bpf_program_attach_attributes()
        attributes.target_fd = UInt32(bitPattern: map.descriptor.number)
        attributes.attach_bpf_fd = UInt32(bitPattern: program.descriptor.number)
        attributes.attach_type = program.attachType?.rawValue ?? 0
        try EBPFTests.check(bpf(command, &attributes), "\(command)")
    }

    @Test func aTracepointSaysWhoFillsItAndThatAProgramIsThereAlready() async {
        await #expect(processExitsWith: .success) {
            // One that nobody else here attaches to.
            func attach(_ program: Program) throws(EBPFError) -> Link { try program.attach(toTracepoint: "sys_enter_swapoff", category: "syscalls") }
            let first = try TriedProgram("hook_plain_tracepoint").program
            var links = Links()
            links.append(try attach(first))
            try TakenHookTests.expectTaken("this very program", remedy: "load it once more") { _ = try attach(first) }
            for _ in 1..<64 { links.append(try attach(TriedProgram("hook_plain_tracepoint").program)) }
            let last = try TriedProgram("hook_plain_tracepoint").program
            try TakenHookTests.expectTaken(by: first, "room for 64 programs") { _ = try attach(last) }
            links.detach()
            try attach(last).detach()
        }
    }
}
