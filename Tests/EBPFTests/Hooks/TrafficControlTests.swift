// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Foundation
import Synchronization
import Testing

/// Filters on `clsact`, which several add and take away at once.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct TrafficControlTests {
    @Test func twoThatComeAndGoDoNotTakeEachOthersFiltersAway() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let program = try TriedProgram("hook_tc").program
            let failures = Mutex<[String]>([])
            // Threads have the network namespace of the one that starts them.
            TrafficControlTests.concurrently([PacketDirection.ingress, .egress, .ingress]) { direction in
                for _ in 0..<60 {
                    do {
                        let link = try program.attach(toClassifier: NetworkInterface("lo"), direction)
                        let count = try TrafficControlTests.classifier(direction).count ?? 0
                        if count == 0 { failures.withLock { $0.append("the filter has gone while its link is there") } }
                        link.detach()
                    } catch { failures.withLock { $0.append("\(error)") } }
                }
            }
            let seen = failures.withLock { $0 }
            #expect(seen.isEmpty, "\(seen.count): \(seen.first ?? "")")
            #expect(try TrafficControlTests.classifier().count == 0, "filters are left")
            #expect(try !TrafficControlTests.hasQueue(), "the queue is left")
        }
    }

    /// Who has the turn is seen by nobody else to be in the middle of things: another process would find the queue gone that it has just seen.
    @Test func whoAttachesWaitsForTheTurnOfAnother() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let program = try TriedProgram("hook_tc").program
            let (start, leave, end) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let attached = Mutex<[String]>([])
            let turn = NamespaceTurn(try Netlink(for: "have a turn"))
            Thread.detachNewThread {
                start.signal()
                do {
                    let link = try program.attach(toClassifier: NetworkInterface("lo"), .ingress)
                    let count = try TrafficControlTests.classifier().count
                    attached.withLock { $0.append("\(count ?? -1)") }
                    leave.wait()
                    link.detach()
                } catch { attached.withLock { $0.append("\(error)") } }
                end.signal()
            }
            start.wait()
            var isLeftAlone = true
            // Nobody waits for longer than two seconds.
            let patience = ContinuousClock.now + .milliseconds(300)
            while ContinuousClock.now < patience {
                let isMade = try TrafficControlTests.hasQueue()
                if isMade, ContinuousClock.now < patience { isLeftAlone = false }
            }
            #expect(isLeftAlone, "nothing is made in another's turn")
            turn.end()
            leave.signal()
            end.wait()
            #expect(attached.withLock { $0 } == ["1"], "the filter comes when the turn has ended")
        }
    }

    @Test func aFilterThatTheKernelDoesNotTellOfIsFoundAndTakenOut() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let program = try TriedProgram("hook_tc").program
            let classifier = try TrafficControlTests.classifier()
            let id = try program.information().id
            func attach(priority: UInt16 = 0) throws -> Classifier.Filter {
                try classifier.attach(program: program.descriptor.number, id: id, name: "quiet", priority: priority, isEchoed: false)
            }
            let filters = try [attach(), attach(), attach(priority: 7), attach(priority: 7)]
            #expect(Set(filters).count == 4, "each is found once")
            #expect(filters[2].information >> 16 == 7, "the priority is the one that was asked for")
            #expect(classifier.count == 4, "four were made")
            for filter in filters { classifier.remove(filter) }
            #expect(classifier.count == 0, "all of them have gone")
            #expect(try !TrafficControlTests.hasQueue(), "the queue is left")
        }
    }

    @Test func aQueueOfAnotherIsLeftAloneOnADeviceThatCameAfterOneThatHasGone() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let program = try TriedProgram("hook_tc").program
            let netlink = try Netlink(for: "make devices")
            try TrafficControlTests.makeDevice(netlink)
            let earlier = try program.attach(toClassifier: NetworkInterface(index: 4711), .ingress)
            try netlink.request(NetlinkMessage(type: 17, flags: NetlinkMessage.acknowledged, fixed: TrafficControlTests.device))
            earlier.detach()
            // Another device with the same number, whose queue another program has made.
            try TrafficControlTests.makeDevice(netlink)
            var queue = NetlinkMessage(
                type: 36, flags: NetlinkMessage.acknowledged | NetlinkMessage.create,
                fixed: [0, 0, 0, 0] + [4711, 0xFFFF_0000, 0xFFFF_FFF1, 0].flatMap { (UInt32($0)).nativeBytes })
            queue.append(1, "clsact")
            try netlink.request(queue)
            try program.attach(toClassifier: NetworkInterface(index: 4711), .ingress).detach()
            #expect(try TrafficControlTests.hasQueue(), "the queue was another's")
        }
    }

    /// A queue that goes while a filter is added is made again: who does not wait for turns is not held up by them.
    @Test func aQueueThatOthersTakeAwayIsMadeAgain() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let program = try TriedProgram("hook_tc").program
            let netlink = try Netlink(for: "take queues away")
            let index = try NetworkInterface("lo").index
            let link = try program.attach(toClassifier: NetworkInterface("lo"), .ingress)
            let removal = NetlinkMessage(
                type: 37, flags: NetlinkMessage.acknowledged,
                fixed: [0, 0, 0, 0] + [index, 0xFFFF_0000, 0xFFFF_FFF1, 0].flatMap { $0.nativeBytes })
            try netlink.request(removal)
            let again = try program.attach(toClassifier: NetworkInterface("lo"), .egress)
            link.detach()
            #expect(try TrafficControlTests.classifier().count == 1, "the second filter stays when the first, which has gone, is detached")
            again.detach()
            #expect(try TrafficControlTests.classifier().count == 0, "the second has gone")
        }
    }

    /// struct ifinfomsg: family, type, index, flags, changes.
    private static let device: [UInt8] = [0, 0, 0, 0] + UInt32(4711).nativeBytes + [UInt8](repeating: 0, count: 8)

    private static func makeDevice(_ netlink: Netlink) throws {
        var message = NetlinkMessage(
            type: 16, flags: NetlinkMessage.acknowledged | NetlinkMessage.create | NetlinkMessage.exclusive, fixed: device)
        message.append(3, "se4711")
        message.append(18, nesting: [(1, Array("veth".utf8) + [0])])
        try netlink.request(message)
    }

    private static func classifier(_ direction: PacketDirection = .ingress) throws -> Classifier {
        Classifier(netlink: try Netlink(for: "look for filters"), interface: try NetworkInterface("lo").index, direction: direction)
    }

    /// Whether any device of the namespace has a `clsact`.
    private static func hasQueue() throws -> Bool {
        let netlink = try Netlink(for: "look for queues")
        let answers = try netlink.request(NetlinkMessage(type: 38, flags: NetlinkMessage.dump, fixed: [UInt8](repeating: 0, count: 20)))
        return answers.flatMap { NetlinkAnswer.attributes(of: $0.body, from: 20) }.contains { $0.type == 1 && $0.value.string(at: 0) == "clsact" }
    }

    /// Does something with each of some values at once, in threads of their own.
    private static func concurrently<Value: Sendable>(_ values: [Value], _ body: @escaping @Sendable (Value) -> Void) {
        let end = DispatchSemaphore(value: 0)
        for value in values {
            Thread.detachNewThread {
                body(value)
                end.signal()
            }
        }
        for _ in values { end.wait() }
    }
}
