// SPDX-License-Identifier: Apache-2.0

import EBPF
import EBPFKernel
import Testing

/// Programs of the network stack that look at packets, and what they answer.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct TrafficTests {
    /// A question for an echo, with data, from 10.77.0.5 to 10.77.0.1.
    private static func question(checksum: UInt16, options: Int = 0) -> [UInt8] {
        var echo = ICMPHeader(type: 8, identifier: 3, sequence: 4)
        echo.checksum = checksum
        return Frame.ethernet(.ipv4, Frame.ipv4(.icmp, options: options, Frame.bytes(echo) + Array("event".utf8)))
    }

    // 0xF7FF and above carry over when the type leaves the sum.
    @Test(arguments: [0, 0x1234, 0xF7FF, 0xF800, 0xFFFF] as [UInt16], [0, 24])
    func aQuestionForAnEchoBecomesItsAnswer(checksum: UInt16, options: Int) throws {
        let loaded = try Twin.echoes.load()
        let asked = Self.question(checksum: checksum, options: options)
        var expected = asked
        expected.replaceSubrange(0..<12, with: asked[6..<12] + asked[0..<6])
        expected.replaceSubrange(26..<34, with: asked[30..<34] + asked[26..<30])
        let place = 34 + options
        let sum = UInt32(checksum) + 0x0800
        let folded = UInt16(truncatingIfNeeded: sum + sum >> 16)
        expected.replaceSubrange(place..<place + 4, with: [0, 0, UInt8(folded >> 8), UInt8(folded & 0xFF)])
        for loaded in [loaded.c, loaded.swift] {
            // struct __sk_buff, of which the kernel gives back what the program may set.
            let run = TestRun(data: asked, context: [UInt8](repeating: 0, count: 192))
            let outcome = try loaded.program("answer_echo").run(run)
            #expect(TrafficAction(rawValue: Int32(bitPattern: outcome.value)) == .pass)
            #expect(outcome.data == expected)
            #expect(outcome.context[8..<12] == [8, 0, 0, 0])
            #expect(try loaded.value(of: "answered", as: UInt64.self) == 1)
        }
    }

    @Test func allOtherPacketsGoToTheNextProgramUnchanged() throws {
        let loaded = try Twin.echoes.load()
        // The kernel does not run programs over what says that it is IPv4 or IPv6 and is too short for that.
        let question = Self.question(checksum: 7)
        let others = Frame.all.filter { $0.bytes.count > 60 && $0.counted != .icmp }.map(\.bytes) + [Array(question.prefix(41))]
        for bytes in others {
            for loaded in [loaded.c, loaded.swift] {
                let outcome = try loaded.program("answer_echo").run(TestRun(data: bytes))
                #expect(TrafficAction(rawValue: Int32(bitPattern: outcome.value)) == .next)
                #expect(outcome.data == bytes)
            }
        }
        let answered = try loaded.each { try $0.value(of: "answered", as: UInt64.self) }
        #expect(answered.c == 0 && answered.swift == 0)
    }

    private static let echo6 = Frame.ethernet(
        .ipv6, Frame.ipv6(.hopByHop, Frame.part(.hopByHop, next: .icmpv6, 8, Frame.bytes(ICMPHeader(type: 128)))))

    @Test func aCgroupsProgramIsTakenByTheVerifier() throws {
        let outcome = try Filters.object().load().program("deny_echoes").run(TestRun(data: Frame.all[0].bytes))
        #expect(CgroupVerdict(rawValue: Int32(bitPattern: outcome.value)) == .allow)
    }

    @Test(
        .enabled(if: LiveKernel.showsPacketsToCgroups, LiveKernel.noPacketsReason),
        arguments: [
            (question(checksum: 0), CgroupVerdict.deny), (echo6, .deny), (Frame.ethernet(.ipv4, Frame.ipv4(.udp, Frame.udp(to: 1))), .allow),
            (Frame.ethernet(.ipv6, Frame.ipv6(.udp, Frame.udp(to: 1))), .allow), (Frame.ethernet(.arp, [UInt8](repeating: 0, count: 46)), .allow),
        ])
    func aCgroupsProgramReadsFromTheHeaderOfIPOn(bytes: [UInt8], verdict: CgroupVerdict) throws {
        let outcome = try Filters.object().load().program("deny_echoes").run(TestRun(data: bytes))
        #expect(CgroupVerdict(rawValue: Int32(bitPattern: outcome.value)) == verdict)
    }

    @Test(arguments: [
        (Frame.ipv4(.udp, Frame.udp(to: 4000)), SocketVerdict.keep), (Frame.ipv4(.udp, options: 8, Frame.udp(to: 4000)), .keep),
        (Frame.ipv4(.udp, options: 8, Frame.udp(to: 4001)), .keep(28)), (Frame.ipv4(.icmp, Frame.bytes(ICMPHeader(type: 8))), .drop),
        (Frame.ipv4(.udp, [1, 2, 3]), .drop),
    ])
    func aSocketsFilterCopiesHeaders(packet: [UInt8], verdict: SocketVerdict) throws {
        let outcome = try Filters.object().load().program("keep_datagrams").run(TestRun(data: Frame.ethernet(.ipv4, packet)))
        #expect(SocketVerdict(rawValue: Int32(bitPattern: outcome.value)) == verdict)
    }
}
