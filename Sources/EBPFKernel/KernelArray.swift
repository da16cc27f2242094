// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// An array within a structure of the kernel, whose elements are copied one by one when they are asked for.
@frozen public struct KernelArray<Structure: KernelType, Element: KernelValue>: BitwiseCopyable {
    @usableFromInline let place: ArrayPlace<Structure, Element>

    @inline(__always) @usableFromInline init(address: UInt, offset: Int, count: Int) {
        place = ArrayPlace(address: address, offset: offset, count: count)
    }

    /// How many elements were declared.
    @inline(__always) public var count: Int { place.count }

    /// Reads an element. The index must be known when the kernel half is compiled; else use ``KernelPointer/pointer(to:)``.
    @inline(__always) public subscript(index: Int) -> Element { copyFromKernel(place[index]) }
}

/// An array of structures within a structure of the kernel.
@frozen public struct KernelStructureArray<Structure: KernelType, Element: KernelType>: BitwiseCopyable {
    @usableFromInline let place: ArrayPlace<Structure, Element>

    @inline(__always) @usableFromInline init(address: UInt, offset: Int, count: Int) {
        place = ArrayPlace(address: address, offset: offset, count: count)
    }

    /// How many elements were declared.
    @inline(__always) public var count: Int { place.count }

    /// An element, whose fields are copied when they are asked for. The index must be known when the kernel half is compiled.
    @inline(__always) public subscript(index: Int) -> KernelPointer<Element> { KernelPointer(address: place[index]) }
}

/// An array within what a program is called with, or within a structure whose type the verifier knows: elements are read directly.
@frozen public struct DirectArray<Structure: KernelType, Element: KernelValue>: BitwiseCopyable {
    @usableFromInline let place: ArrayPlace<Structure, Element>

    @inline(__always) @usableFromInline init(address: UInt, offset: Int, count: Int) {
        place = ArrayPlace(address: address, offset: offset, count: count)
    }

    /// How many elements were declared.
    @inline(__always) public var count: Int { place.count }

    /// Reads an element. The index must be known when the kernel half is compiled.
    @inline(__always) public subscript(index: Int) -> Element { UnsafePointer<Element>(bitPattern: place[index]).unsafelyUnwrapped.pointee }
}

/// An array of structures within a structure whose type the verifier knows.
@frozen public struct DirectStructureArray<Structure: KernelType, Element: KernelType>: BitwiseCopyable {
    @usableFromInline let place: ArrayPlace<Structure, Element>

    @inline(__always) @usableFromInline init(address: UInt, offset: Int, count: Int) {
        place = ArrayPlace(address: address, offset: offset, count: count)
    }

    /// How many elements were declared.
    @inline(__always) public var count: Int { place.count }

    /// An element, whose fields are read directly. The index must be known when the kernel half is compiled.
    @inline(__always) public subscript(index: Int) -> TrustedPointer<Element> { TrustedPointer(address: place[index]) }
}

/// Where an array lies: its structure's address, and the array in the structure as both were declared.
@frozen @usableFromInline struct ArrayPlace<Structure: KernelType, Element: BitwiseCopyable>: BitwiseCopyable {
    @usableFromInline let address: UInt
    @usableFromInline let offset: Int
    @usableFromInline let count: Int

    @inline(__always) @usableFromInline init(address: UInt, offset: Int, count: Int) {
        self.address = address
        self.offset = offset
        self.count = count
    }

    /// Where an element lies. An index outside ends the program, which the compiler refuses where it is certain.
    @inline(__always) @usableFromInline subscript(index: Int) -> UInt {
        if index < 0 || index >= count { fatalError() }
        return ebpf_core_address(
            UnsafePointer<Structure>(bitPattern: 0), UnsafePointer<Element>(bitPattern: 0), address,
            offset &+ index &* MemoryLayout<Element>.stride)
    }
}
