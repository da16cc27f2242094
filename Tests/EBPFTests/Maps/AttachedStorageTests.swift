// SPDX-License-Identifier: Apache-2.0

import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// Values that go with cgroups to which programs are attached, in processes that move to a cgroup of their own.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct AttachedStorageTests {
    /// The number by which programs know a cgroup.
    static func number(of group: OwnCgroup) throws -> UInt64 {
        var status = stat()
        try HookTests.check(stat(group.path, &status), "stat \(group.path)")
        return UInt64(status.st_ino)
    }

    /// A datagram that nobody waits for, from a new socket.
    static func send() throws { try HookTests.check(send_datagram(7), "send") }

    @Test func aValueForEachAttachmentIsCountedReadChangedAndListed() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let object = try AttachedStorage.object().load()
            let counts = try AttachedCgroupStorage<CgroupAttachment, UInt64>(object.map("by_attachment"))
            var group: OwnCgroup? = try OwnCgroup()
            let path = try #require(group?.path)
            // BPF_CGROUP_INET_EGRESS
            let key = CgroupAttachment(cgroupID: try AttachedStorageTests.number(of: #require(group)), attachType: 1)
            let other = CgroupAttachment(cgroupID: key.cgroupID, attachType: 0)
            #expect(try counts.value(for: key) == nil)
            #expect(try counts.entries().isEmpty)
            #expect(try #require(throws: EBPFError.self) { try counts.update(key, to: 1) }.errno == ENOENT)

            let link = try object.program("counts_packets").attach(toCgroup: path)
            #expect(try counts.value(for: key) == 0)
            #expect(try counts.value(for: other) == nil)
            #expect(try counts.entries().map(\.key) == [key])
            try group?.enter()
            #expect(try EachCPU.see({ try counts.value(for: key) ?? 0 > 0 }, AttachedStorageTests.send))
            try counts.update(key, to: 1000)
            #expect(try EachCPU.see({ try counts.value(for: key) ?? 0 > 1000 }, AttachedStorageTests.send))
            try counts.update(key, to: 5, .ifPresent)
            #expect(try counts.entries().map(\.value) == [5])
            // The kernel makes the values; user space cannot.
            #expect(try #require(throws: EBPFError.self) { try counts.update(key, to: 1, .ifAbsent) }.errno == EINVAL)
            #expect(try #require(throws: EBPFError.self) { try counts.map.remove(key) }.errno == EINVAL)
            #expect(try #require(throws: EBPFError.self) { try counts.update(other, to: 1) }.errno == ENOENT)

            // The value outlives the attachment, for the next one, and goes with the cgroup.
            link.detach()
            #expect(try counts.value(for: key) == 5)
            let second = try object.program("counts_packets").attach(toCgroup: path)
            #expect(try counts.value(for: key) == 5)
            second.detach()
            group?.leave()
            group = nil
            #expect(try EachCPU.see { try counts.value(for: key) == nil })
            #expect(try counts.entries().isEmpty)
        }
    }

    @Test func eachCPUHasAValueOfItsOwnForAnAttachment() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let object = try AttachedStorage.object().load()
            let counts = try AttachedPerCPUCgroupStorage<CgroupAttachment, UInt64>(object.map("by_attachment_and_cpu"))
            let group = try OwnCgroup()
            let key = CgroupAttachment(cgroupID: try AttachedStorageTests.number(of: group), attachType: 1)
            #expect(try counts.values(for: key) == nil)
            let link = try object.program("counts_packets").attach(toCgroup: group.path)
            let none = [UInt64](repeating: 0, count: try CPUs.valueCount())
            #expect(try counts.values(for: key) == none)
            #expect(try counts.entries().map(\.key) == [key])
            try group.enter()
            defer { group.leave() }
            try EachCPU.run { cpu in
                try counts.update(key, to: none)
                #expect(try EachCPU.see({ try counts.values(for: key)?[cpu] ?? 0 > 0 }, AttachedStorageTests.send))
                let values = try #require(try counts.values(for: key))
                #expect(values.enumerated().allSatisfy { $0.offset == cpu || $0.element == 0 }, "\(values) on CPU \(cpu)")
            }
            link.detach()
            let given = (0..<(try CPUs.valueCount())).map { UInt64($0) + 7 }
            try counts.update(key, to: given)
            #expect(try counts.entries().map(\.values) == [given])
            #expect(try #require(throws: EBPFError.self) { try counts.update(key, to: given + [1]) }.code == .invalid)
            #expect(throws: EBPFError.self) { try counts.update(CgroupAttachment(cgroupID: key.cgroupID, attachType: 0), to: given) }
        }
    }

    @Test func programsOfOneCgroupShareAValueWhoseKeyIsItsNumber() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let object = try AttachedStorage.object().load()
            let counts = try AttachedCgroupStorage<UInt64, UInt64>(object.map("by_cgroup"))
            let perCPU = try AttachedPerCPUCgroupStorage<UInt64, UInt64>(object.map("by_cgroup_and_cpu"))
            let groups = [try OwnCgroup(), try OwnCgroup()]
            let numbers = try groups.map(AttachedStorageTests.number)
            // Sockets are made and closed: each program counts once.
            let made = try object.program("counts_sockets").attach(toCgroup: groups[0].path)
            let ended = try object.program("counts_ends").attach(toCgroup: groups[0].path)
            let elsewhere = try object.program("counts_sockets").attach(toCgroup: groups[1].path)
            #expect(try Set(counts.entries().map(\.key)) == Set(numbers))
            try groups[0].enter()
            for _ in 0..<10 { try HookTrial.makeSocket() }
            groups[0].leave()
            #expect(try EachCPU.see { try counts.value(for: numbers[0]) == 20 })
            #expect(try perCPU.values(for: numbers[0])?.reduce(0, +) == 20)
            #expect(try counts.value(for: numbers[1]) == 0)
            made.detach()
            ended.detach()
            elsewhere.detach()
        }
    }

    @Test func otherKindsAndTypesAreRefusedBeforeTheKernelIsAsked() throws {
        let object = try AttachedStorage.object().load()
        let (map, perCPU) = (try object.map("by_attachment"), try object.map("by_attachment_and_cpu"))
        #expect(throws: EBPFError.self) { try AttachedCgroupStorage<UInt64, UInt64>(map) }
        #expect(throws: EBPFError.self) { try AttachedCgroupStorage<CgroupAttachment, UInt32>(map) }
        #expect(throws: EBPFError.self) { try AttachedCgroupStorage<CgroupAttachment, UInt64>(perCPU) }
        #expect(throws: EBPFError.self) { try AttachedPerCPUCgroupStorage<CgroupAttachment, UInt64>(map) }
        #expect(throws: EBPFError.self) { try AttachedPerCPUCgroupStorage<CgroupAttachment, UInt8>(perCPU) }
        #expect(throws: EBPFError.self) { try CgroupStorage<UInt64>(map) }
    }
}
