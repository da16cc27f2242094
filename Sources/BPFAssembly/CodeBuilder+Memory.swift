// SPDX-License-Identifier: Apache-2.0

extension CodeBuilder {
    /// Loads from memory, filling up with zeros. Offsets of all loads and stores are bytes, and a mistake (``AssemblyError/Code-swift.enum/offsetOutOfRange``)
    /// where they do not fit into 16 bits with a sign.
    public mutating func load(_ size: MemorySize, _ destination: Register, from base: Register, offset: Int = 0) {
        let address = address(base, offset)
        append(.load(size, destination, from: address))
    }

    /// Loads from memory, filling up with the sign. ISA v4, Linux 6.6.
    public mutating func loadSignExtending(_ size: NarrowSize, _ destination: Register, from base: Register, offset: Int = 0) {
        let address = address(base, offset)
        append(.loadSignExtending(size, destination, from: address))
    }

    /// Stores a register or a constant.
    public mutating func store(_ size: MemorySize, _ operand: Operand, to base: Register, offset: Int = 0) {
        let address = address(base, offset)
        append(.store(size, to: address, operand))
    }

    /// Changes memory of 4 or 8 bytes in one step. Fetching forms, and all but ``AtomicUpdate/add``, are of ISA v3, Linux 5.12.
    public mutating func atomic(
        _ update: AtomicUpdate, _ register: Register, at base: Register, offset: Int = 0, width: OperandWidth = .bits64
    ) {
        let address = address(base, offset)
        append(.atomic(update, width, at: address, register))
    }

    /// Loads, and lets no later access to memory happen before. Linux 6.15.
    public mutating func loadAcquire(_ size: MemorySize, _ destination: Register, from base: Register, offset: Int = 0) {
        let address = address(base, offset)
        append(.loadAcquire(size, destination, from: address))
    }

    /// Stores, and lets no earlier access to memory happen behind. Linux 6.15.
    public mutating func storeRelease(_ size: MemorySize, _ source: Register, to base: Register, offset: Int = 0) {
        let address = address(base, offset)
        append(.storeRelease(size, to: address, source))
    }

    // MARK: Wide loads

    /// Loads a constant of up to 64 bits, with or without a sign. A constant that does not fit is a mistake
    /// (``AssemblyError/Code-swift.enum/immediateOutOfRange``).
    public mutating func loadWide(_ destination: Register, _ value: some BinaryInteger) {
        guard let bits = UInt64(exactly: value) ?? Int64(exactly: value).map(UInt64.init(bitPattern:)) else {
            fail(.immediateOutOfRange, "the constant \(value) does not fit into 64 bits")
            return append(.loadWide(destination, .constant(0)))
        }
        append(.loadWide(destination, .constant(bits)))
    }

    /// Loads a map whose descriptor is filled in later, by its name.
    public mutating func loadMap(_ destination: Register, named name: String) {
        append(.loadWide(destination, .map(descriptor: 0)), referringTo: .map(name))
    }

    /// Loads a map whose descriptor is known.
    public mutating func loadMap(_ destination: Register, descriptor: Int32) {
        append(.loadWide(destination, .map(descriptor: descriptor)))
    }

    /// Loads a map by its place in the list of descriptors that the program is loaded with. Linux 5.14.
    public mutating func loadMap(_ destination: Register, index: Int32) {
        append(.loadWide(destination, .mapIndex(index)))
    }

    /// Loads the address in a map's first value that is `offset` bytes behind its beginning; the descriptor is filled in later. Linux 5.2.
    public mutating func loadMapValue(_ destination: Register, named name: String, offset: UInt32 = 0) {
        append(.loadWide(destination, .mapValue(descriptor: 0, offset: offset)), referringTo: .map(name))
    }

    /// Loads the address in a map's first value, with the map by its place in the list of descriptors. Linux 5.14.
    public mutating func loadMapValue(_ destination: Register, index: Int32, offset: UInt32 = 0) {
        append(.loadWide(destination, .mapIndexValue(index, offset: offset)))
    }

    /// Loads the address of a variable of the kernel, whose type is filled in later. Linux 5.10.
    public mutating func loadVariable(_ destination: Register, named name: String) {
        append(.loadWide(destination, .variable(typeID: 0, moduleDescriptor: 0)), referringTo: .variable(name))
    }

    /// Loads the address of a function of this code, for helpers that call it back. Linux 5.13.
    public mutating func loadFunction(_ destination: Register, _ label: Label) {
        append(.loadWide(destination, .function(offset: 0)), .immediate, to: label)
    }

    /// Loads the address of a function that another part of the program brings; where it stands is filled in later. Linux 5.13.
    public mutating func loadFunction(_ destination: Register, named name: String) {
        append(.loadWide(destination, .function(offset: 0)), referringTo: .function(name))
    }
}
