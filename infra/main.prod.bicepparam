using 'main.bicep'

param environmentName = 'prod'

// One instance stays for the orchestrations, so that a poll is not late by a cold start.
param alwaysReadyDurable = 1
param privateNetwork = true
param storageRedundancy = 'Standard_ZRS'
param vaultPurgeProtection = true
param vaultSoftDeleteDays = 90
param logRetentionDays = 90
param logDailyQuotaGb = 10

// To fill in: who is told, who sets secrets, which sprites there are.
param alertEmails = []
param secretsOfficers = []
param allowedHosts = []
param adapterTokens = {}
