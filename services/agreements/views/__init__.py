"""The read models: agreements, repayments and resignations, each as every version that was ever believed."""
