using 'main.bicep'

param environmentName = 'dev'

// Public endpoints, no instance kept ready, one copy of the data, little log.
param alwaysReadyDurable = 0
param privateNetwork = false
param storageRedundancy = 'Standard_LRS'
param logRetentionDays = 30
param logDailyQuotaGb = 1

// Timers run whether or not there is a run: every five minutes instead of once or twice a minute are a seventh of the executions. What it
// costs: a lost engine, a deletion and what could not be told at once wait up to five minutes longer. Ticks that far apart are on time.
param watchdogSchedule = '0 */5 * * * *'
param reaperSchedule = '30 */5 * * * *'
param notificationsSchedule = '15 */5 * * * *'
param settings = {
  Watchdog__TickTolerance: '00:06:00'
}

// Nobody is told at night of what happens in dev.
param alertEmails = []

// To fill in: which sprites there are.
param allowedHosts = []
param adapterTokens = {}
