using 'main.bicep'

param environmentName = 'dev'

// Public endpoints, scales to zero, one copy of the data, little log.
param alwaysReadyDurable = 0
param privateNetwork = false
param storageRedundancy = 'Standard_LRS'
param logRetentionDays = 30
param logDailyQuotaGb = 1

// Nobody is told at night of what happens in dev.
param alertEmails = []

// To fill in: which sprites there are.
param allowedHosts = []
param adapterTokens = {}
