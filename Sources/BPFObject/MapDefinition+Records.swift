// SPDX-License-Identifier: Apache-2.0

package import BTF

extension MapDefinition {
    /// What an object's types call the type of a buffer's records: `typedef struct event opened_record`. The declaration of a buffer itself has no place for it
    /// that all loaders and kernels take.
    package static func recordTypeName(of map: String) -> String { map + "_record" }

    /// The type of the records of a buffer, where the object's types say it: those of kernel halves in Swift do, and declarations with a type for the value,
    /// which is what cilium/ebpf's bpf2go reads. Void of other kinds of maps.
    package func recordType(in types: BTF) -> TypeID {
        guard type.isRing || type == .perfEventArray else { return .void }
        return types.types(named: Self.recordTypeName(of: name), kinds: [.alias]).first ?? (type.isRing ? valueType : .void)
    }
}
