// SPDX-License-Identifier: Apache-2.0

public import EBPF
import Glibc

/// Standard output, collected and written in large pieces.
///
/// Appending allocates nothing once the buffer has its size. Whoever writes lines calls ``flush()`` when no more is to be expected soon.
public struct LineOutput: ~Copyable {
    private var buffer: [UInt8] = []
    private static let flushSize = 16 * 1024

    /// Takes the memory for what is collected, 24 KiB. It grows only where more is appended before a ``flush()``.
    public init() {
        buffer.reserveCapacity(Self.flushSize + 8192)
    }

    /// Whether so much is collected that it should be written now.
    public var isFull: Bool { buffer.count >= Self.flushSize }

    /// What has happened to the reader of standard output.
    public enum Reader: Sendable {
        /// It takes what is written.
        case there
        /// It has closed its end (`| head`): there is nobody to write for.
        case gone
        /// It takes nothing, and there is a reason not to wait for it any longer.
        case stuck
    }

    /// When not to wait for a reader any longer: as soon as a descriptor is readable, or at a time.
    public struct Patience: Sendable {
        let descriptor: Int32
        /// In milliseconds of the monotonic clock; `nil` for ever.
        let deadline: Int64?
    }

    /// How many lines are collected and not written, after a reader was ``Reader/gone`` or ``Reader/stuck``.
    public private(set) var unwrittenLines = 0

    /// Writes what is collected. Where the reader takes nothing any more, the rest is dropped and its lines counted.
    ///
    /// - Parameter patience: when not to wait for the reader any longer; without it, for ever.
    /// - Throws: ``EBPFError`` where it cannot be written, as to a full disk.
    public mutating func flush(_ patience: Patience? = nil) throws(EBPFError) -> Reader {
        var start = 0
        while start < buffer.count {
            var size = buffer.count - start
            if let patience, isBlocking {
                guard Self.waitForRoom(patience) else { return drop(from: start, .stuck) }
                // So much a pipe takes without blocking when it has any room (PIPE_BUF).
                size = min(size, 4096)
            }
            let count = buffer.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress.map { $0 + start }, size) }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN {
                    // Somebody made it non-blocking, as shells over a network do.
                    guard Self.waitForRoom(patience ?? Patience(descriptor: -1, deadline: nil)) else { return drop(from: start, .stuck) }
                    continue
                }
                let code = errno
                let reader = drop(from: start, .gone)
                if code == EPIPE { return reader }
                throw EBPFError(errno: code, "write to standard output")
            }
            start += count
        }
        buffer.removeAll(keepingCapacity: true)
        return .there
    }

    private mutating func drop(from start: Int, _ reader: Reader) -> Reader {
        unwrittenLines += buffer[start...].count { $0 == UInt8(ascii: "\n") }
        buffer.removeAll(keepingCapacity: true)
        return reader
    }

    /// Whether somebody else decides when standard output takes more: a pipe, a terminal, a socket.
    private let isBlocking: Bool = {
        var information = stat()
        return fstat(STDOUT_FILENO, &information) == 0 && information.st_mode & S_IFMT != S_IFREG
    }()

    /// Waits until standard output takes more, or is closed; answers `false` where there is no patience left before.
    private static func waitForRoom(_ patience: Patience) -> Bool {
        while true {
            var places = [
                pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0), pollfd(fd: patience.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let left = patience.deadline.map { Int32(clamping: max($0 - MonotonicClock.milliseconds, 0)) } ?? -1
            let ready = poll(&places, nfds_t(places.count), left)
            if ready < 0, errno == EINTR { continue }
            // Ready to be written to, or closed, which the write will say.
            if ready < 0 || places[0].revents != 0 { return true }
            return false
        }
    }
}

extension LineOutput {
    /// Appends a literal as it is.
    public mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { buffer.append(contentsOf: $0) }
    }

    /// Appends text as UTF-8 and as it is, control characters included.
    public mutating func append(_ text: String) {
        buffer.append(contentsOf: text.utf8)
    }

    /// Appends one byte as it is.
    public mutating func append(byte: UInt8) {
        buffer.append(byte)
    }

    /// Ends a line. Nothing is written before ``flush()``.
    public mutating func newLine() {
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Appends bytes as they are.
    public mutating func append(bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
    }

    /// Where the next byte goes; with ``pad(from:to:)``, columns.
    public var position: Int { buffer.count }

    /// Fills a column that began at `start` with spaces up to `width`, and adds one.
    public mutating func pad(from start: Int, to width: Int) {
        let missing = max(width - (buffer.count - start), 0) + 1
        buffer.append(contentsOf: repeatElement(UInt8(ascii: " "), count: missing))
    }

    /// Appends a number in a base from 2 to 10, with zeros or spaces in front up to `width`.
    public mutating func append(
        number: some FixedWidthInteger, base: UInt64 = 10, width: Int = 0, filler: UInt8 = UInt8(ascii: " ")
    ) {
        var digits: InlineArray<64, UInt8> = .init(repeating: 0)
        var count = 0
        var rest = UInt64(number.magnitude)
        repeat {
            digits[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % base)
            rest /= base
            count += 1
        } while rest > 0 && count < 63
        if number < 0 {
            digits[count] = UInt8(ascii: "-")
            count += 1
        }
        if width > count { buffer.append(contentsOf: repeatElement(filler, count: width - count)) }
        while count > 0 {
            count -= 1
            buffer.append(digits[count])
        }
    }

    /// Appends bytes as they are, but for control characters, which become `\n`, `\t` or `\x1b`: a record stays one line,
    /// and a file's name cannot steer the terminal.
    public mutating func append(printable bytes: RawSpan) {
        for index in 0..<bytes.byteCount {
            let byte = bytes.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            switch byte {
            case 0x0A: append("\\n")
            case 0x09: append("\\t")
            case 0x00..<0x20, 0x7F:
                append("\\x")
                append(hexadecimal: byte)
            default: buffer.append(byte)
            }
        }
    }

    mutating func append(hexadecimal byte: UInt8) {
        for digit in [byte >> 4, byte & 15] {
            buffer.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + (digit - 10))
        }
    }
}
