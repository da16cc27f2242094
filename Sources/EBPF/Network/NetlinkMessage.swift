// SPDX-License-Identifier: Apache-2.0

import Bytes

/// A request to the kernel's network configuration (rtnetlink(7)): a header, a fixed part, and attributes.
struct NetlinkMessage {
    /// `nlmsg_type`: `RTM_NEWLINK` and the like.
    let type: UInt16
    /// `nlmsg_flags` beside `NLM_F_REQUEST`.
    let flags: UInt16
    private(set) var body: [UInt8]

    /// `NLM_F_ACK`: say whether it went well.
    static let acknowledged: UInt16 = 4
    /// `NLM_F_ECHO`: say what was made.
    static let echoed: UInt16 = 8
    /// `NLM_F_EXCL`: not where it is there already.
    static let exclusive: UInt16 = 0x200
    /// `NLM_F_CREATE`.
    static let create: UInt16 = 0x400
    /// `NLM_F_DUMP`: all of a kind.
    static let dump: UInt16 = 0x300

    init(type: UInt16, flags: UInt16, fixed: [UInt8]) {
        self.type = type
        self.flags = flags
        body = fixed
    }

    /// Adds an attribute, filled up to a multiple of four bytes.
    mutating func append(_ attribute: UInt16, _ value: [UInt8]) { Self.append(attribute, value, to: &body) }

    mutating func append(_ attribute: UInt16, _ value: some FixedWidthInteger) { append(attribute, value.nativeBytes) }

    mutating func append(_ attribute: UInt16, _ text: String) { append(attribute, Array(text.utf8) + [0]) }

    /// Adds an attribute that holds others.
    mutating func append(_ attribute: UInt16, nesting: [(UInt16, [UInt8])]) { append(attribute | 0x8000, Self.nested(nesting)) }

    /// Attributes one behind the other.
    static func nested(_ attributes: [(UInt16, [UInt8])]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (attribute, value) in attributes { append(attribute, value, to: &bytes) }
        return bytes
    }

    private static func append(_ attribute: UInt16, _ value: [UInt8], to bytes: inout [UInt8]) {
        bytes += UInt16(clamping: value.count + 4).nativeBytes + attribute.nativeBytes + value
        bytes += [UInt8](repeating: 0, count: -value.count & 3)
    }

    /// The whole request.
    func bytes(sequence: UInt32) -> [UInt8] {
        UInt32(16 + body.count).nativeBytes + type.nativeBytes + (flags | 1).nativeBytes + sequence.nativeBytes + UInt32(0).nativeBytes + body
    }
}

/// One message of the kernel's.
struct NetlinkAnswer {
    let type: UInt16
    let flags: UInt16
    /// `nlmsg_seq` and `nlmsg_pid`: the number of the request that it answers, and the port of who asked.
    let sequence: UInt32, port: UInt32
    let body: ByteView

    /// `NLMSG_ERROR`: an errno, or 0 where it is the acknowledgement.
    var isStatus: Bool { type == 2 }
    /// `NLMSG_DONE`: the end of a dump.
    var isEnd: Bool { type == 3 }

    /// The negative errno of a status.
    var status: Int32 { body.integer(Int32.self, at: 0, order: .native) ?? 0 }

    /// The kernel's words about a status (`NLMSGERR_ATTR_MSG`), where it has some.
    var text: String? {
        // The errno, the header of the request and, unless it is left out (NLM_F_CAPPED), the request itself stand in front.
        guard flags & 0x200 != 0, let length = body.integer(UInt32.self, at: 4, order: .native) else { return nil }
        let start = flags & 0x100 != 0 ? 20 : 4 + (Int(length) + 3) & ~3
        return Self.attributes(of: body, from: start).first { $0.type == 1 }.flatMap { $0.value.string(at: 0) }
    }

    /// The attributes from an offset on, as far as they are whole.
    static func attributes(of body: ByteView, from start: Int) -> [(type: UInt16, value: ByteView)] {
        var found: [(UInt16, ByteView)] = []
        var offset = start
        while let length = body.integer(UInt16.self, at: offset, order: .native), length >= 4,
            let type = body.integer(UInt16.self, at: offset + 2, order: .native), let value = body.slice(at: offset + 4, count: Int(length) - 4)
        {
            found.append((type & 0x3FFF, value))
            offset += (Int(length) + 3) & ~3
        }
        return found
    }

    /// The messages in what was received at once, as far as they are whole.
    static func read(_ bytes: ByteView) -> [NetlinkAnswer] {
        var answers: [NetlinkAnswer] = []
        var offset = 0
        while let length = bytes.integer(UInt32.self, at: offset, order: .native), length >= 16,
            let type = bytes.integer(UInt16.self, at: offset + 4, order: .native),
            let flags = bytes.integer(UInt16.self, at: offset + 6, order: .native),
            let sequence = bytes.integer(UInt32.self, at: offset + 8, order: .native),
            let port = bytes.integer(UInt32.self, at: offset + 12, order: .native),
            let body = bytes.slice(at: offset + 16, count: Int(length) - 16)
        {
            answers.append(NetlinkAnswer(type: type, flags: flags, sequence: sequence, port: port, body: body))
            offset += (Int(length) + 3) & ~3
        }
        return answers
    }
}
