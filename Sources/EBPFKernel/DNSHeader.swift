// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// The header of a message of DNS, 12 bytes, as it follows that of UDP. RFC 1035, section 4.1.1.
///
/// Of TCP, two bytes with the number of the message's bytes stand before it.
@frozen public struct DNSHeader: BitwiseCopyable, Sendable {
    @usableFromInline var storedIdentifier: UInt16
    @usableFromInline var storedFlags: UInt16
    @usableFromInline var storedQuestionCount: UInt16
    @usableFromInline var storedAnswerCount: UInt16
    @usableFromInline var storedAuthorityCount: UInt16
    @usableFromInline var storedAdditionalCount: UInt16

    /// A header of a query, as one that asks somebody who looks further; what is behind it are only questions.
    @inline(__always) public init(identifier: UInt16, questionCount: UInt16 = 1, flags: DNSFlags = .recursionDesired) {
        storedIdentifier = identifier.bigEndian
        storedFlags = flags.rawValue.bigEndian
        storedQuestionCount = questionCount.bigEndian
        storedAnswerCount = 0
        storedAuthorityCount = 0
        storedAdditionalCount = 0
    }

    /// What a response has in common with its query.
    @inline(__always) public var identifier: UInt16 {
        get { UInt16(bigEndian: storedIdentifier) }
        set { storedIdentifier = newValue.bigEndian }
    }
    /// What kind of message it is, with the two numbers that lie among the bits.
    @inline(__always) public var flags: DNSFlags {
        get { DNSFlags(rawValue: UInt16(bigEndian: storedFlags)) }
        set { storedFlags = newValue.rawValue.bigEndian }
    }
    /// Whether it is a response, and no query.
    @inline(__always) public var isResponse: Bool {
        get { flags.contains(.response) }
        set { if newValue { flags.insert(.response) } else { flags.remove(.response) } }
    }
    /// What is asked for, of 4 bits: 0 for a query, 4 for a notice (RFC 1996), 5 for a change (RFC 2136).
    @inline(__always) public var operationCode: UInt8 {
        get { UInt8(truncatingIfNeeded: flags.rawValue &>> 11 & 15) }
        set { flags = DNSFlags(rawValue: flags.rawValue & ~0x7800 | UInt16(newValue & 15) &<< 11) }
    }
    /// How a response went, of 4 bits: 0 where it did, 1 for what was not understood, 2 where the server failed, 3 for a name that is not, 5 where it refused.
    @inline(__always) public var responseCode: UInt8 {
        get { UInt8(truncatingIfNeeded: flags.rawValue & 15) }
        set { flags = DNSFlags(rawValue: flags.rawValue & ~15 | UInt16(newValue & 15)) }
    }
    /// How many questions follow.
    @inline(__always) public var questionCount: UInt16 {
        get { UInt16(bigEndian: storedQuestionCount) }
        set { storedQuestionCount = newValue.bigEndian }
    }
    /// How many records answer them.
    @inline(__always) public var answerCount: UInt16 {
        get { UInt16(bigEndian: storedAnswerCount) }
        set { storedAnswerCount = newValue.bigEndian }
    }
    /// How many records say who is to be believed.
    @inline(__always) public var authorityCount: UInt16 {
        get { UInt16(bigEndian: storedAuthorityCount) }
        set { storedAuthorityCount = newValue.bigEndian }
    }
    /// How many records are more than was asked for.
    @inline(__always) public var additionalCount: UInt16 {
        get { UInt16(bigEndian: storedAdditionalCount) }
        set { storedAdditionalCount = newValue.bigEndian }
    }
}
