// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF

/// What loading an object asks of the running kernel's types, each read when it is first asked for.
struct KernelView {
    private let given: BTF?
    private var kernel: BTF?
    private var loadedModules: [KernelModule]?
    private var addresses: [String: UInt64]?

    init(_ options: LoadOptions) {
        given = options.kernelTypes
    }

    /// The types that CO-RE is resolved against.
    ///
    /// - Throws: ``EBPFError`` where the kernel has none, and none were handed in.
    mutating func relocationTypes() throws(EBPFError) -> BTF {
        if let given { return given }
        return try types()
    }

    /// The running kernel's own types.
    mutating func types() throws(EBPFError) -> BTF {
        if let kernel { return kernel }
        let read = try KernelTypes.running()
        kernel = read
        return read
    }

    /// The modules that have types.
    mutating func modules() throws(EBPFError) -> [KernelModule] {
        if let loadedModules { return loadedModules }
        let read = KernelModules.running(on: try types())
        loadedModules = read
        return read
    }

    /// The types of the modules for CO-RE; none where it is resolved against types that were handed in, or where the modules' cannot be had.
    mutating func moduleTypes() -> [ModuleTypes] {
        guard given == nil, let modules = try? modules() else { return [] }
        return modules.map { ModuleTypes(name: $0.name, types: .success($0.types)) }
    }

    /// What the kernel has for a symbol of an object, which `names` are all of that are asked for by address.
    mutating func answer(_ symbol: KernelSymbol, object: BTF, addressesOf names: Set<String>) throws(EBPFError) -> KernelSymbol.Answer {
        let operation = "find the kernel's '\(symbol.kernelName)'"
        if symbol.kind == .address {
            if addresses == nil { addresses = try KernelAddresses.of(names) }
            return addresses?[symbol.kernelName].map { .address($0) } ?? .absent
        }
        do {
            if let type = try symbol.type(in: types(), object: object) { return .type(type, module: nil) }
            for module in try modules() {
                guard let type = try symbol.type(in: module.types, object: object) else { continue }
                return .type(type, module: module.descriptor.number)
            }
            return .absent
        } catch let error as ObjectError {
            if symbol.isWeak { return .absent }
            throw EBPFError(error, operation)
        } catch let error as EBPFError {
            throw error
        } catch {
            throw EBPFError(.object, operation, cause: "\(error)")
        }
    }
}
