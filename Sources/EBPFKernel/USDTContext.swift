// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs of sections `usdt/PATH:PROVIDER:NAME` and `usdt.s/PATH:PROVIDER:NAME` are called with: a probe that a program declares, whose arguments lie
/// elsewhere at each of its places.
///
///     @section("usdt/libpython3.11.so:python:function__entry")
///     func entered(_ context: USDTContext) {
///         guard let line = context.argument(2) else { return }
///         log("line %d", line)
///     }
///
/// Who loads the object tells by two maps of its own, which have libbpf's names and layout (`usdt.bpf.h`), where the arguments are. Linux 5.10; before 5.15 a
/// description is found by the address of the probe, and after that by the cookie of the attachment.
@frozen public struct USDTContext: ProgramContext {
    /// Where the machine's registers lie (`struct pt_regs`).
    public let address: UnsafeMutableRawPointer

    /// How many arguments the probe has; `nil` where the loader has said nothing of this place.
    @inline(__always) public var argumentCount: Int16? { description.map { $0.load(fromByteOffset: USDTDescription.count, as: Int16.self) } }

    /// The number that whoever attached the program gave this attachment; 0 where there is none.
    @inline(__always) public var cookie: UInt64 { description?.load(fromByteOffset: USDTDescription.cookie, as: UInt64.self) ?? 0 }

    /// How many bytes an argument has: 1, 2, 4 or 8; `nil` where the probe has none of that number.
    @inline(__always) public func byteCount(ofArgument number: UInt32) -> Int64? {
        place(ofArgument: number).map { (64 &- Int64($0.load(fromByteOffset: USDTArgument.shift, as: Int8.self))) &>> 3 }
    }

    /// An argument by its number, from 0 on, with its sign extended where it has one: of a floating-point number its bits, of a string its address.
    ///
    /// - Returns: `nil` where the probe has no such argument, or its memory cannot be read.
    @inline(__always) public func argument(_ number: UInt32) -> Int64? {
        guard let place = place(ofArgument: number) else { return nil }
        let kind = place.load(fromByteOffset: USDTArgument.kind, as: UInt8.self)
        let offset = place.load(as: UInt64.self)
        var bits = offset
        if kind != USDTArgument.constant {
            guard let base = register(at: place.load(fromByteOffset: USDTArgument.register, as: Int16.self)) else { return nil }
            bits = base
        }
        if kind == USDTArgument.indexed {
            guard let index = register(at: place.load(fromByteOffset: USDTArgument.index, as: Int16.self)) else { return nil }
            bits = bits &+ ebpf_shift_left(index, UInt64(place.load(fromByteOffset: USDTArgument.scale, as: UInt8.self) & 15))
        }
        if kind == USDTArgument.memory || kind == USDTArgument.indexed {
            guard let value = UserPointer<UInt64>(address: UInt(bits &+ offset)).read() else { return nil }
            bits = value
        }
        // As many bits as the argument has, with or without its sign.
        let shift = UInt64(truncatingIfNeeded: place.load(fromByteOffset: USDTArgument.shift, as: Int8.self)) & 63
        let isSigned = place.load(fromByteOffset: USDTArgument.isSigned, as: UInt8.self) != 0
        return shiftedBits(bits, left: shift, right: shift, isSigned: isSigned)
    }

    /// A register by its place among the others.
    @inline(__always) @usableFromInline func register(at offset: Int16) -> UInt64? {
        var value: UInt64 = 0
        guard bpf_probe_read_kernel(&value, 8, UnsafeRawPointer(address + Int(offset))) == 0 else { return nil }
        return value
    }

    /// What the loader has entered for the place at which the program runs.
    @inline(__always) @usableFromInline var description: UnsafeMutableRawPointer? {
        let hasCookies: StaticString = "LINUX_HAS_BPF_COOKIE"
        var number: UInt32
        if ebpf_configuration(UnsafeRawPointer(hasCookies.utf8Start).assumingMemoryBound(to: CChar.self), 4) != 0 {
            number = UInt32(truncatingIfNeeded: bpf_get_attach_cookie(address))
        } else {
            var place = instruction
            guard let found = bpf_map_lookup_elem(UnsafeMutableRawPointer(mutating: ebpf_usdt_map(1)), &place) else { return nil }
            number = found.load(as: UInt32.self)
        }
        return bpf_map_lookup_elem(UnsafeMutableRawPointer(mutating: ebpf_usdt_map(0)), &number)
    }

    /// The address of the instruction (`ip` or `pc` of the machine's `struct pt_regs`).
    @inline(__always) @usableFromInline var instruction: UInt64 {
        #if EBPF_MACHINE_ARM64
            address.load(fromByteOffset: 256, as: UInt64.self)
        #else
            address.load(fromByteOffset: 128, as: UInt64.self)
        #endif
    }

    @inline(__always) @usableFromInline func place(ofArgument number: UInt32) -> UnsafeMutableRawPointer? {
        guard let description else { return nil }
        // The verifier has to see the very register that was compared.
        let number = ebpf_opaque_number(number)
        guard number < USDTDescription.limit,
            Int32(bitPattern: number) < Int32(description.load(fromByteOffset: USDTDescription.count, as: Int16.self))
        else { return nil }
        return description + Int(number &* USDTArgument.byteCount)
    }
}

/// Where the parts of a description lie in bytes: libbpf's `struct __bpf_usdt_spec` up to 1.6.
@usableFromInline enum USDTDescription {
    @inline(__always) @usableFromInline static var limit: UInt32 { 12 }
    @inline(__always) @usableFromInline static var cookie: Int { 192 }
    @inline(__always) @usableFromInline static var count: Int { 200 }
}

/// Where the parts of an argument's description lie, and the kinds of arguments: libbpf's `struct __bpf_usdt_arg_spec`, with the scale and the register of an
/// index in bytes that are zero there. The object's types say so to who loads it.
@usableFromInline enum USDTArgument {
    @inline(__always) @usableFromInline static var byteCount: UInt32 { 16 }
    @inline(__always) @usableFromInline static var kind: Int { 8 }
    @inline(__always) @usableFromInline static var scale: Int { 9 }
    @inline(__always) @usableFromInline static var index: Int { 10 }
    @inline(__always) @usableFromInline static var register: Int { 12 }
    @inline(__always) @usableFromInline static var isSigned: Int { 14 }
    @inline(__always) @usableFromInline static var shift: Int { 15 }
    @inline(__always) @usableFromInline static var constant: UInt8 { 0 }
    @inline(__always) @usableFromInline static var memory: UInt8 { 2 }
    @inline(__always) @usableFromInline static var indexed: UInt8 { 3 }
}
