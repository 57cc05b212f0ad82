using System.Runtime.CompilerServices;

// Every native call here takes plain values: without this, each would have code made for it at its first use, at every start.
[assembly: DisableRuntimeMarshalling]
