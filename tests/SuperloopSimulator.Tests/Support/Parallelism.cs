// The tests mostly wait for processes, less for a processor.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
